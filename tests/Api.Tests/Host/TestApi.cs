using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using MultiPanel.Data;
using MultiPanel.Data.Secrets;
using MultiPanel.Hosting;
using MultiPanel.Hosting.Bus;
using MultiPanel.Hosting.Settings;
using MultiPanel.Progress;
using MultiPanel.TestKit.Servers;

namespace MultiPanel.Api.Tests.Host;

/// <summary>The API in this process over real HTTP, on SQLite and Garnet, with a bus in memory and no workers.</summary>
public sealed class TestApi : IAsyncDisposable
{
    /// <summary>bcrypt's, for tests that do not ask what it costs.</summary>
    public const int QuickCost = 6;

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("multipanel-api-");
    private EmbeddedGarnet? garnet;
    private WebApplication app = null!;
    private DatabaseUrl url = null!;

    private TestApi()
    {
    }

    public ManualClock Clock { get; } = new();

    public SentMessages Sent { get; } = new();

    public PanelDatabase Database { get; private set; } = null!;

    public Seeds Seeds { get; private set; } = null!;

    public IServiceProvider Services => app.Services;

    public JobProgress Progress => Services.GetRequiredService<JobProgress>();

    public string Url => app.Urls.First();

    /// <summary>The SQL statements on this API's SQLite database from now on.</summary>
    public SqlStatements Statements() => new(DatabaseFile);

    private string DatabaseFile => Path.Combine(folder.FullName, "panel.db");

    /// <param name="migrated">False: the schema is not there yet.</param>
    /// <param name="rabbitMq">Null: in memory.</param>
    /// <param name="redis">False: it is down from the beginning.</param>
    /// <param name="settings">Changes the API's own.</param>
    /// <param name="database">Null: SQLite.</param>
    /// <param name="log">Takes everything that is logged; null: the log is dropped.</param>
    /// <param name="mail">Null: off.</param>
    /// <param name="redisAddress">Null: Garnet in this process.</param>
    public static async Task<TestApi> StartAsync(bool migrated = true, Uri? rabbitMq = null, bool redis = true, Func<ApiSettings, ApiSettings>? settings = null, DatabaseUrl? database = null, ILoggerProvider? log = null, MailSettings? mail = null, string? redisAddress = null)
    {
        SqlStatements.Listen();
        var api = new TestApi { garnet = EmbeddedGarnet.Start() };
        api.url = database ?? DatabaseUrl.Sqlite(api.DatabaseFile);
        api.Database = new PanelDatabase(api.url);
        if (migrated)
        {
            await api.MigrateAsync();
        }

        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        if (log is not null)
        {
            builder.Logging.AddProvider(log).SetMinimumLevel(LogLevel.Trace);
        }

        builder.Services.AddStores(api.Settings(rabbitMq, redisAddress ?? api.garnet.Address) with { Mail = mail });
        if (!redis)
        {
            api.StopRedis();
        }

        builder.Services.AddSingleton<TimeProvider>(api.Clock);
        builder.Services.AddSingleton(api.Sent);
        builder.Services.AddPanelBus(rabbitMq, configure: rabbitMq is null ? (_, bus) => api.Sent.Receive(bus) : null);
        var own = new ApiSettings { JwtSecret = Jwt.Secret, RefreshSecret = $"another-{Jwt.Secret}", AdminPassword = "first-admin", PasswordCost = QuickCost, Services = ["system", "portal", "billing"], RedisLimit = TimeSpan.FromSeconds(30) };
        builder.AddPanelApi(settings is null ? own : settings(own));
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        api.app = builder.Build();
        api.app.MapPanelApi();
        await api.app.StartAsync();
        return api;
    }

    public async Task MigrateAsync()
    {
        await Database.MigrateAsync();
        Seeds = await Seeds.SowAsync(Database, Clock.GetUtcNow().UtcDateTime);
    }

    /// <summary>A client that is signed in as that user, for longer than any test moves the clock.</summary>
    public ApiClient As(int user) => new(Url, Jwt.Make(new { sub = $"{user}", exp = Clock.GetUtcNow().AddDays(1).ToUnixTimeSeconds() }));

    public ApiClient With(string token) => new(Url, token);

    public ApiClient Anonymous() => new(Url, null);

    /// <summary>Waits until so many timers of that length wait for time to pass.</summary>
    public Task TimersAsync(TimeSpan length, int count = 1) => Clock.TimersAsync(timers => timers.Count(timer => timer.Length == length) == count);

    /// <summary>Lets time pass step by step until it is so. Each step waits for a timer that it fires.</summary>
    public async Task AdvanceUntilAsync(TimeSpan step, Func<bool> isSo)
    {
        while (!isSo())
        {
            await Clock.TimersAsync(timers => timers.Any(timer => timer.Left <= step));
            Clock.Advance(step);
        }
    }

    /// <summary>Lets time pass step by step, whenever a timer waits for no more than a step, until that has happened.</summary>
    public async Task AdvanceUntilAsync(TimeSpan step, Task happened)
    {
        while (!happened.IsCompleted)
        {
            await Task.WhenAny(happened, Clock.TimersAsync(timers => timers.Any(timer => timer.Left <= step)));
            if (!happened.IsCompleted)
            {
                Clock.Advance(step);
            }
        }
    }

    public void StopRedis()
    {
        garnet?.Dispose();
        garnet = null;
    }

    /// <summary>As when the volume is gone: nothing can be opened any more.</summary>
    public void LoseDatabase()
    {
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        File.Move(DatabaseFile, $"{DatabaseFile}.gone");
        Directory.CreateDirectory(DatabaseFile);
    }

    /// <summary>As on a disk that takes nothing more: it can be read, and no write succeeds.</summary>
    /// <remarks>A write version that this SQLite does not know makes the file read-only (the file format's offset 18).</remarks>
    public async Task FreezeDatabaseAsync(bool frozen = true)
    {
        await using (var db = Database.OpenAll())
        {
            await db.Database.ExecuteSqlRawAsync("PRAGMA wal_checkpoint(TRUNCATE)");
        }

        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        await using var file = new FileStream(DatabaseFile, FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
        file.Position = 18;
        file.WriteByte(frozen ? (byte)3 : (byte)2);
    }

    public void FindDatabase()
    {
        Directory.Delete(DatabaseFile);
        File.Move($"{DatabaseFile}.gone", DatabaseFile, overwrite: true); // a query in between may have created an empty one
    }

    /// <summary>Asks until the API says that it is ready.</summary>
    public async Task ReadyAsync()
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        using var client = Anonymous();
        while ((await client.GetAsync("/api/health/ready")).Status != 200)
        {
            limit.Token.ThrowIfCancellationRequested();
        }
    }

    /// <summary>Stops the host as SIGTERM does.</summary>
    public Task StopAsync() => app.StopAsync();

    public async ValueTask DisposeAsync()
    {
        await app.StopAsync(); // disposing alone does not wait for the loops, which would open the database's file again
        await app.DisposeAsync();
        garnet?.Dispose();
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        folder.Delete(recursive: true);
    }

    private StoreSettings Settings(Uri? rabbitMq, string redisAddress)
    {
        Assert.That(RedisUrl.TryParse(redisAddress, out var redis, out _), Is.True);
        Assert.That(SecretBox.TryParse(Convert.ToBase64String(new byte[32]), out var box, out _), Is.True);
        redis!.ConnectTimeout = 1_000;
        return new StoreSettings { Database = url, Redis = redis, RabbitMq = rabbitMq, Secrets = box! };
    }
}
