using System.Security.Cryptography;
using MultiPanel.Data;
using MultiPanel.Data.Secrets;
using MultiPanel.Simulator;
using MultiPanel.TestKit.Servers;

namespace MultiPanel.TestKit.Processes;

/// <summary>
/// The product as it is installed: an Api and Workers, each a process that can be killed, a MariaDB and a Redis of its own,
/// a virtual host of RabbitMQ, and simulated clusters in this process.
/// </summary>
public sealed class Installation : IAsyncDisposable
{
    private readonly List<PanelHost> workers = [];
    private readonly List<IAsyncDisposable> owned = [];

    private Installation()
    {
    }

    public PveSimulator Simulator { get; private set; } = null!;

    public PrivateMariaDb MariaDb { get; private set; } = null!;

    public PrivateRedis Redis { get; private set; } = null!;

    /// <summary>Null: it shares one with others; see <see cref="InstallationOptions.OwnBroker"/>.</summary>
    public PrivateRabbitMq? RabbitMq { get; private set; }

    public TestVirtualHost Broker { get; private set; } = null!;

    /// <summary>Past the API, for what a test sets up and looks up.</summary>
    public PanelDatabase Database { get; private set; } = null!;

    public PanelHost Api { get; private set; } = null!;

    public IReadOnlyList<PanelHost> Workers => workers;

    /// <summary>The same after every start of the API.</summary>
    public Uri Address { get; private set; } = null!;

    /// <summary>The same under TLS; null: it has none.</summary>
    public Uri? SecureAddress { get; private set; }

    /// <summary>The hosts' secret settings, by name.</summary>
    public IReadOnlyDictionary<string, string> Secrets { get; private set; } = null!;

    /// <summary>The companies, and what they can clone.</summary>
    public InstallationTenants Tenants { get; private set; } = null!;

    public static async Task<Installation> StartAsync(InstallationOptions? options = null)
    {
        var installation = new Installation();
        try
        {
            await installation.OpenAsync(options ?? new InstallationOptions());
            return installation;
        }
        catch
        {
            await installation.DisposeAsync();
            throw;
        }
    }

    /// <summary>The API as that user; see <see cref="InstallationTenants.Companies"/>.</summary>
    public async Task<PanelClient> SignInAsync(string user)
    {
        var client = new PanelClient(Address);
        await client.SignInAsync(user, InstallationTenants.Password);
        return client;
    }

    /// <summary>It has its database, and it listens.</summary>
    public Task ApiReadyAsync() => Task.WhenAll(
        Api.StartedAsync(),
        Api.Process.SaysAsync(line => line.Contains("The database is ready", StringComparison.Ordinal), "that it has its database"));

    /// <summary>Writes what the hosts said to files.</summary>
    /// <returns>Their folder.</returns>
    public async Task<string> SaveLogsAsync(string name)
    {
        var folder = Directory.CreateDirectory(Path.Combine(Path.GetTempPath(), $"multipanel-{name}"));
        foreach (var host in workers.Prepend(Api))
        {
            await File.WriteAllTextAsync(Path.Combine(folder.FullName, $"{host.Name}.log"), host.Said);
        }

        return folder.FullName;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var part in Enumerable.Reverse(owned))
        {
            await part.DisposeAsync();
        }
    }

    private async Task OpenAsync(InstallationOptions options)
    {
        if (options.OwnBroker)
        {
            owned.Add(RabbitMq = await PrivateRabbitMq.LaunchAsync());
        }

        owned.Add(Broker = RabbitMq is null ? await TestServers.RabbitMqAsync() : await RabbitMq.VirtualHostAsync());
        owned.Add(Simulator = await PveSimulator.StartAsync(options.Simulator));
        owned.Add(Redis = await PrivateRedis.LaunchAsync());
        owned.Add(MariaDb = await PrivateMariaDb.LaunchAsync());
        var key = Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));
        await PrepareDatabaseAsync(key);

        var port = FreePort.Next();
        Address = new Uri($"http://127.0.0.1:{port}");
        var settings = new Dictionary<string, string>(options.Settings)
        {
            ["DATABASE_URL"] = MariaDb.Url,
            ["REDIS_URL"] = Redis.Url,
            ["RABBITMQ_URL"] = Broker.Url,
            ["JWT_ACCESS_SECRET"] = Convert.ToBase64String(RandomNumberGenerator.GetBytes(48)),
            ["JWT_REFRESH_SECRET"] = Convert.ToBase64String(RandomNumberGenerator.GetBytes(48)),
            ["ENCRYPTION_KEY"] = key,
            ["PORT"] = $"{port}",
            ["Logging__LogLevel__Microsoft.AspNetCore"] = "Warning",
            ["Logging__Console__FormatterName"] = "simple",
            ["Logging__Console__FormatterOptions__SingleLine"] = "true",
            ["Logging__Console__FormatterOptions__TimestampFormat"] = "HH:mm:ss.fff ",
        };
        AddTls(options, settings);
        Secrets = new[] { "JWT_ACCESS_SECRET", "JWT_REFRESH_SECRET", "ENCRYPTION_KEY", "DATABASE_URL", "RABBITMQ_URL" }.ToDictionary(
            name => name, name => Uri.TryCreate(settings[name], UriKind.Absolute, out var url) && url.UserInfo.Length > 0 ? url.UserInfo.Split(':')[1] : settings[name]);
        owned.Add(Api = new PanelHost("Api", "api", settings));
        await Api.StartAsync();
        for (var number = 1; number <= options.Workers; number++)
        {
            var worker = new PanelHost("Workers", $"worker{number}", settings);
            owned.Add(worker);
            workers.Add(worker);
            await worker.StartAsync();
        }

        await Task.WhenAll(workers.Select(worker => worker.StartedAsync()).Append(ApiReadyAsync()));
    }

    private void AddTls(InstallationOptions options, Dictionary<string, string> settings)
    {
        if (options.Tls is not var (certificate, key))
        {
            return;
        }

        SecureAddress = new Uri($"https://127.0.0.1:{FreePort.Next()}");
        settings["Kestrel__Endpoints__Http__Url"] = $"{Address}";
        settings["Kestrel__Endpoints__Https__Url"] = $"{SecureAddress}";
        settings["Kestrel__Endpoints__Https__Certificate__Path"] = certificate;
        settings["Kestrel__Endpoints__Https__Certificate__KeyPath"] = key;
    }

    private async Task PrepareDatabaseAsync(string key)
    {
        if (!DatabaseUrl.TryParse(MariaDb.Url, out var url, out var problem) || !SecretBox.TryParse(key, out var secrets, out problem))
        {
            throw new InvalidOperationException(problem);
        }

        Database = new PanelDatabase(url);
        await Database.MigrateAsync();
        Tenants = await InstallationTenants.AddAsync(Database, Simulator, secrets!);
    }
}
