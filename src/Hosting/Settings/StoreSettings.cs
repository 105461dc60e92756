using MultiPanel.Data;
using MultiPanel.Data.Secrets;
using StackExchange.Redis;

namespace MultiPanel.Hosting.Settings;

/// <summary>Where the stores are, and the SMTP server: what the API host and the worker hosts have in common.</summary>
public sealed record StoreSettings
{
    public required DatabaseUrl Database { get; init; }

    public required ConfigurationOptions Redis { get; init; }

    /// <summary>Null: the in-memory transport, for one process alone.</summary>
    public required Uri? RabbitMq { get; init; }

    public required SecretBox Secrets { get; init; }

    /// <summary>Null: no mail is sent.</summary>
    public MailSettings? Mail { get; init; }

    /// <exception cref="SettingsException">Thrown by the caller's <see cref="SettingsReader.ThrowIfWrong"/>, not here.</exception>
    public static StoreSettings Read(SettingsReader reader) => new()
    {
        Database = ReadDatabase(reader),
        Redis = reader.Required<ConfigurationOptions>(
            "REDIS_URL", "where Redis is, for example redis://127.0.0.1:6379", RedisUrl.TryParse)!,
        RabbitMq = reader.Required<Uri>(
            "RABBITMQ_URL", "where RabbitMQ is, for example amqp://user:password@127.0.0.1:5672/", TryParseRabbitMq),
        Secrets = ReadSecrets(reader),
        Mail = MailSettings.Read(reader),
    };

    /// <summary>The key that seals, and in <c>ENCRYPTION_KEYS_OLD</c> those that still open what they have sealed.</summary>
    public static SecretBox ReadSecrets(SettingsReader reader)
    {
        var current = reader.Required<SecretBox>(
            "ENCRYPTION_KEY", "the key for secrets in the database; make one with: openssl rand -base64 32", SecretBox.TryParse)!;
        if (reader.Optional("ENCRYPTION_KEYS_OLD") is not { } old)
        {
            return current;
        }

        if (!SecretBox.TryParse(old, out _, out var problem))
        {
            reader.Reject("ENCRYPTION_KEYS_OLD", problem!);
        }

        return current is not null && SecretBox.TryParse($"{reader.Optional("ENCRYPTION_KEY")},{old}", out var all, out _) ? all! : current!;
    }

    /// <summary>The database alone, for migrating it.</summary>
    public static DatabaseUrl ReadDatabase(SettingsReader reader) => reader.Required<DatabaseUrl>(
        "DATABASE_URL", "where the database is, for example mysql://user:password@127.0.0.1:3306/multipanel", DatabaseUrl.TryParse)!;

    private static bool TryParseRabbitMq(string text, out Uri? uri, out string? problem)
    {
        problem = null;
        if (Uri.TryCreate(text, UriKind.Absolute, out uri) && uri.Scheme is "amqp" or "amqps" or "rabbitmq" or "rabbitmqs")
        {
            return true;
        }

        problem = "must look like amqp://user:password@host:5672/vhost";
        return false;
    }
}
