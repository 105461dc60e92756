using System.Security.Cryptography;
using System.Text.Json;

namespace MultiPanel.Standalone;

/// <summary>Embedded stores and secrets of its own making, so that the standalone starts without any setting.</summary>
public static class StandaloneDefaults
{
    public static void AddStandaloneDefaults(this WebApplicationBuilder builder)
    {
        var folder = Directory.CreateDirectory(Path.GetFullPath(builder.Configuration["DATA_DIR"] is { Length: > 0 } set ? set : "data")).FullName;
        var secrets = Secrets(Path.Combine(folder, "secrets.json"));
        var defaults = new Dictionary<string, string?>
        {
            ["DATABASE_URL"] = $"sqlite://{Path.Combine(folder, "panel.db")}",
            // Both are replaced by what runs inside this process.
            ["REDIS_URL"] = "redis://127.0.0.1",
            ["RABBITMQ_URL"] = "amqp://127.0.0.1",
            ["JWT_ACCESS_SECRET"] = secrets["JWT_ACCESS_SECRET"],
            ["ENCRYPTION_KEY"] = secrets["ENCRYPTION_KEY"],
            // One writer at a time is SQLite's way; more would only wait for each other.
            ["WORKER_CONCURRENCY"] = "8",
        };
        builder.Configuration.AddInMemoryCollection(defaults.Where(setting => string.IsNullOrEmpty(builder.Configuration[setting.Key])));
        builder.Logging.AddFilter("Microsoft", LogLevel.Warning).AddFilter("Microsoft.AspNetCore.DataProtection", LogLevel.Error).AddFilter("MassTransit", LogLevel.Warning).AddFilter("Garnet", LogLevel.Warning);
    }

    /// <summary>Made at the first start and kept: nobody shares a default secret with anybody.</summary>
    private static Dictionary<string, string> Secrets(string file)
    {
        if (File.Exists(file))
        {
            return JsonSerializer.Deserialize<Dictionary<string, string>>(File.ReadAllText(file))!;
        }

        var secrets = new Dictionary<string, string>
        {
            ["JWT_ACCESS_SECRET"] = Convert.ToBase64String(RandomNumberGenerator.GetBytes(48)),
            ["ENCRYPTION_KEY"] = Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)),
        };
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        using var stream = new FileStream(file, options);
        JsonSerializer.Serialize(stream, secrets);
        return secrets;
    }
}
