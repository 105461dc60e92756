using System.Security.Cryptography;
using System.Text.Json;

namespace MultiPanel.Standalone;

/// <summary>Embedded stores and generated secrets, so that the standalone starts without any setting.</summary>
public static class StandaloneDefaults
{
    public static void AddStandaloneDefaults(this WebApplicationBuilder builder)
    {
        var folder = DataFolder.Open(Path.GetFullPath(builder.Configuration["DATA_DIR"] is { Length: > 0 } set ? set : "data"));
        var secrets = Secrets(Path.Combine(folder, DataFolder.SecretsFile));
        var defaults = new Dictionary<string, string?>
        {
            ["DATABASE_URL"] = $"sqlite://{Path.Combine(folder, "panel.db")}",
            // Both are replaced by the servers inside this process.
            ["REDIS_URL"] = "redis://127.0.0.1",
            ["RABBITMQ_URL"] = "amqp://127.0.0.1",
            ["JWT_ACCESS_SECRET"] = secrets["JWT_ACCESS_SECRET"],
            ["JWT_REFRESH_SECRET"] = secrets["JWT_REFRESH_SECRET"],
            ["ENCRYPTION_KEY"] = secrets["ENCRYPTION_KEY"],
            // One writer at a time is SQLite's way; more would only wait for each other.
            ["WORKER_CONCURRENCY"] = "8",
        };
        builder.Configuration.AddInMemoryCollection(defaults.Where(setting => string.IsNullOrEmpty(builder.Configuration[setting.Key])));
        builder.Logging
            .AddFilter("Microsoft", LogLevel.Warning)
            .AddFilter("Microsoft.AspNetCore.DataProtection", LogLevel.Error)
            .AddFilter("MassTransit", LogLevel.Warning)
            // Lost races that are tried again at once; a message that is given up is an error.
            .AddFilter("MassTransit.ReceiveTransport", LogLevel.Error)
            .AddFilter("Garnet", LogLevel.Warning);
    }

    /// <summary>Generated at the first start and kept: no two installations share a secret. Secrets that an older version did not have are added.</summary>
    private static Dictionary<string, string> Secrets(string file)
    {
        var secrets = File.Exists(file) ? JsonSerializer.Deserialize<Dictionary<string, string>>(File.ReadAllText(file))! : [];
        var added = secrets.TryAdd("JWT_ACCESS_SECRET", Random(48))
            | secrets.TryAdd("JWT_REFRESH_SECRET", Random(48))
            | secrets.TryAdd("ENCRYPTION_KEY", Random(32));
        if (added)
        {
            Write(file, secrets);
        }

        return secrets;
    }

    /// <summary>Writes a second file first: a torn one would lose the key of all sealed credentials.</summary>
    private static void Write(string file, Dictionary<string, string> secrets)
    {
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        using (var stream = new FileStream($"{file}.new", options))
        {
            JsonSerializer.Serialize(stream, secrets);
            stream.Flush(flushToDisk: true);
        }

        File.Move($"{file}.new", file, overwrite: true);
    }

    private static string Random(int bytes) => Convert.ToBase64String(RandomNumberGenerator.GetBytes(bytes));
}
