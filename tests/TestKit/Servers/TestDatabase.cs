using MySqlConnector;

namespace MultiPanel.TestKit.Servers;

/// <summary>A database of its own on a MariaDB or MySQL server, dropped on dispose.</summary>
public sealed class TestDatabase : IAsyncDisposable
{
    private readonly MySqlConnectionStringBuilder _server;

    private TestDatabase(Uri server)
    {
        var credentials = server.UserInfo.Split(':', 2);
        _server = new MySqlConnectionStringBuilder
        {
            Server = server.Host,
            Port = (uint)server.Port,
            UserID = Uri.UnescapeDataString(credentials[0]),
            Password = Uri.UnescapeDataString(credentials[1]),
        };
        Name = $"mp_test_{Guid.NewGuid():N}";
        Url = $"mysql://{server.UserInfo}@{server.Authority}/{Name}";
    }

    /// <summary>Its name on the server.</summary>
    public string Name { get; }

    /// <summary>The value that <c>DATABASE_URL</c> takes for this database.</summary>
    public string Url { get; }

    /// <summary>The same as an ADO.NET connection string.</summary>
    public string ConnectionString => new MySqlConnectionStringBuilder(_server.ConnectionString) { Database = Name }.ConnectionString;

    internal static async Task<TestDatabase> CreateAsync(Uri server)
    {
        var database = new TestDatabase(server);
        await database.ExecuteAsync($"CREATE DATABASE {database.Name} CHARACTER SET utf8mb4");
        return database;
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync() => await ExecuteAsync($"DROP DATABASE IF EXISTS {Name}");

    private async Task ExecuteAsync(string statement)
    {
        await using var connection = new MySqlConnection(_server.ConnectionString);
        await connection.OpenAsync();
        await using var command = new MySqlCommand(statement, connection);
        await command.ExecuteNonQueryAsync();
    }
}
