using StackExchange.Redis;

namespace MultiPanel.Hosting.Settings;

/// <summary><c>redis://[user:password@]host:port[/database]</c>, <c>rediss://…</c> for TLS, or plain <c>host:port</c>.</summary>
public static class RedisUrl
{
    public static bool TryParse(string text, out ConfigurationOptions? options, out string? problem)
    {
        (options, problem) = (null, null);
        var address = text.Contains("://", StringComparison.Ordinal) ? text : $"redis://{text}";
        if (!Uri.TryCreate(address, UriKind.Absolute, out var uri) || uri.Scheme is not ("redis" or "rediss") || uri.Host.Length == 0)
        {
            problem = "must look like redis://[user:password@]host:6379[/database]";
            return false;
        }

        var account = uri.UserInfo.Split(':', 2);
        var database = uri.AbsolutePath.Trim('/');
        if (database.Length > 0 && !int.TryParse(database, out _))
        {
            problem = $"names the database '{database}'; it must be a number";
            return false;
        }

        options = new ConfigurationOptions
        {
            EndPoints = { { uri.Host, uri.Port > 0 ? uri.Port : 6379 } },
            Ssl = uri.Scheme == "rediss",
            User = account.Length > 1 && account[0].Length > 0 ? Uri.UnescapeDataString(account[0]) : null,
            Password = account.Length > 1 ? Uri.UnescapeDataString(account[1]) : null,
            DefaultDatabase = database.Length > 0 ? int.Parse(database, System.Globalization.CultureInfo.InvariantCulture) : null,
            AbortOnConnectFail = false,
            ClientName = "multipanel",
        };
        return true;
    }
}
