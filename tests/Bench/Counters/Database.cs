using System.Globalization;
using MySqlConnector;

namespace MultiPanel.Bench.Counters;

/// <summary>A fresh database on the private MariaDB, and what that server counts.</summary>
internal sealed class Database(Uri server, string name) : IAsyncDisposable
{
    /// <summary>Statements that change rows. The server counts those of transactions that were rolled back too.</summary>
    private static readonly string[] Writes = ["Com_insert", "Com_insert_select", "Com_update", "Com_update_multi", "Com_delete", "Com_delete_multi", "Com_replace"];

    private readonly SemaphoreSlim turn = new(1, 1);
    private MySqlConnection? connection;
    private long own;

    /// <summary>For <c>DATABASE_URL</c>.</summary>
    public string Url => $"{server.ToString().TrimEnd('/')}/{name}";

    public string Name => name;

    /// <summary>To the server, without pooling.</summary>
    public string ConnectionString => new MySqlConnectionStringBuilder
    {
        Server = server.Host,
        Port = (uint)server.Port,
        UserID = server.UserInfo.Split(':', 2)[0],
        Password = server.UserInfo.Split(':', 2)[1],
        Pooling = false,
        SslMode = MySqlSslMode.None,
    }.ConnectionString;

    public async Task CreateAsync()
    {
        connection = new MySqlConnection(ConnectionString);
        await connection.OpenAsync();
        await RunAsync($"DROP DATABASE IF EXISTS {name}");
        await RunAsync($"CREATE DATABASE {name} CHARACTER SET utf8mb4");
        await RunAsync($"USE {name}");
    }

    /// <summary>
    /// What the server has done for others than this bench. <c>Questions</c> is every command of a client, among them
    /// <c>Com_admin_commands</c>, COM_RESET_CONNECTION when a pooled connection is taken (and COM_PING), and
    /// <c>Com_set_option</c>, the SET NAMES that follows each reset. Seen with MySqlConnector 2.6 on MariaDB 10.11.
    /// </summary>
    public async Task<(double Statements, double Resets, double Writes)> CountAsync()
    {
        await turn.WaitAsync();
        try
        {
            var before = own;
            var values = new Dictionary<string, double>();
            await using var command = Command("SHOW GLOBAL STATUS WHERE Variable_name = 'Questions' OR Variable_name LIKE 'Com\\_%'");
            await using var reader = await command.ExecuteReaderAsync();
            while (await reader.ReadAsync())
            {
                values[reader.GetString(0)] = double.Parse(reader.GetString(1), CultureInfo.InvariantCulture);
            }

            return (values["Questions"] - before, values["Com_admin_commands"] + values["Com_set_option"], Writes.Sum(name => values[name]));
        }
        finally
        {
            turn.Release();
        }
    }

    public async Task<double> NumberAsync(string query) => double.Parse(await TextAsync(query), CultureInfo.InvariantCulture);

    public async Task<string> TextAsync(string query)
    {
        await turn.WaitAsync();
        try
        {
            await using var command = Command(query);
            return Convert.ToString(await command.ExecuteScalarAsync(), CultureInfo.InvariantCulture) ?? "";
        }
        finally
        {
            turn.Release();
        }
    }

    public async Task RunAsync(string statement)
    {
        await turn.WaitAsync();
        try
        {
            await using var command = Command(statement);
            await command.ExecuteNonQueryAsync();
        }
        finally
        {
            turn.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (connection is not null)
        {
            await RunAsync($"DROP DATABASE IF EXISTS {name}");
            await connection.DisposeAsync();
        }

        turn.Dispose();
    }

    private MySqlCommand Command(string text)
    {
        own++;
        var command = connection!.CreateCommand();
#pragma warning disable CA2100 // The bench's own texts.
        command.CommandText = text;
#pragma warning restore CA2100
        command.CommandTimeout = 300;
        return command;
    }
}
