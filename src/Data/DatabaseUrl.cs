using System.Diagnostics.CodeAnalysis;
using MySqlConnector;

namespace MultiPanel.Data;

/// <summary>
/// Where the database is: <c>mysql://user:password@host:port/database</c> (MySQL 8 or MariaDB 10.6+; what a password has of
/// special characters is percent-encoded) or <c>sqlite:///path/to/file</c>.
/// </summary>
public sealed record DatabaseUrl
{
    private DatabaseUrl(bool isSqlite, string connectionString)
    {
        IsSqlite = isSqlite;
        ConnectionString = connectionString;
    }

    public bool IsSqlite { get; }

    public string ConnectionString { get; }

    public static DatabaseUrl Sqlite(string path) => new(true, $"Data Source={path};Default Timeout=30");

    /// <param name="problem">What is wrong with it, and what it should look like.</param>
    public static bool TryParse(string text, [NotNullWhen(true)] out DatabaseUrl? url, [NotNullWhen(false)] out string? problem)
    {
        (url, problem) = (null, null);
        if (text.StartsWith("sqlite:///", StringComparison.Ordinal) && text.Length > "sqlite:///".Length)
        {
            url = Sqlite(text["sqlite://".Length..]);
            return true;
        }

        if (!Uri.TryCreate(text, UriKind.Absolute, out var uri) || uri.Scheme is not ("mysql" or "mariadb"))
        {
            problem = "must look like mysql://user:password@host:3306/database or sqlite:///path/to/file";
            return false;
        }

        var database = Uri.UnescapeDataString(uri.AbsolutePath.TrimStart('/'));
        var account = uri.UserInfo.Split(':', 2);
        if (database.Length == 0 || account[0].Length == 0)
        {
            problem = "names no database or no user; it must look like mysql://user:password@host:3306/database";
            return false;
        }

        url = new DatabaseUrl(false, new MySqlConnectionStringBuilder
        {
            Server = uri.Host,
            Port = uri.IsDefaultPort || uri.Port < 0 ? 3306 : (uint)uri.Port,
            UserID = Uri.UnescapeDataString(account[0]),
            Password = account.Length > 1 ? Uri.UnescapeDataString(account[1]) : "",
            Database = database,
            CharacterSet = "utf8mb4",
            UseAffectedRows = false,
            // A reset would be a round trip at each opening of a connection, a third of all statements;
            // MySql/LostConnections.cs finds connections that were cut. So nothing of ours may set session state:
            // no user variables, temporary tables, locks by GET_LOCK that are kept, or SET SESSION.
            // A transaction left open is rolled back when its connection closes.
            ConnectionReset = false,
        }.ConnectionString);
        return true;
    }

    /// <summary>The password stays out of logs.</summary>
    public override string ToString() => IsSqlite
        ? ConnectionString
        : new MySqlConnectionStringBuilder(ConnectionString) { Password = "***" }.ConnectionString;
}
