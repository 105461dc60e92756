using MySqlConnector;

namespace MultiPanel.TestKit.Servers;

/// <summary>A MariaDB that a test may restart, launched as <c>ops/lib/servers.sh</c> launches the shared one.</summary>
public sealed class PrivateMariaDb : PrivateServer
{
    private const string User = "multipanel";

    private readonly string password = Guid.NewGuid().ToString("N");

    private PrivateMariaDb()
    {
    }

    /// <summary>The value that <c>DATABASE_URL</c> takes; the database is there and empty.</summary>
    public string Url => $"mysql://{User}:{password}@127.0.0.1:{Port}/multipanel";

    protected override IReadOnlyList<string> Command => [ServerScript.Find("mariadb"), $"{Port}", User, password];

    public static async Task<PrivateMariaDb> LaunchAsync()
    {
        var server = new PrivateMariaDb();
        await server.StartAsync();
        return server;
    }

    protected override async Task<bool> AnswersAsync()
    {
        try
        {
            await using var connection = new MySqlConnection(
                $"Server=127.0.0.1;Port={Port};User ID={User};Password={password};Database=multipanel;Pooling=false");
            await connection.OpenAsync();
            return true;
        }
        catch (MySqlException)
        {
            return false;
        }
    }
}
