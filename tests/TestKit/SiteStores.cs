using MultiPanel.Data;
using MultiPanel.Data.Secrets;
using MultiPanel.Hosting.Settings;
using MultiPanel.TestKit.Servers;
using StackExchange.Redis;

namespace MultiPanel.TestKit;

/// <summary>The stores of a <see cref="Site"/>: embedded ones, or the real servers that <c>ops/test</c> starts.</summary>
public sealed class SiteStores : IAsyncDisposable
{
    private readonly List<IAsyncDisposable> owned = [];

    private SiteStores(StoreSettings settings) => Settings = settings;

    public StoreSettings Settings { get; private set; }

    /// <summary>The broker of real stores.</summary>
    public TestVirtualHost? Broker { get; private init; }

    /// <summary>SQLite in a file, Garnet in this process, messages in memory.</summary>
    public static SiteStores Embedded(MailSettings? mail = null)
    {
        var folder = Directory.CreateTempSubdirectory("multipanel-test-");
        var garnet = EmbeddedGarnet.Start();
        var stores = new SiteStores(Of(DatabaseUrl.Sqlite(Path.Combine(folder.FullName, "panel.db")), garnet.Address, null, mail));
        stores.owned.Add(new Owned(() => { garnet.Dispose(); return ValueTask.CompletedTask; }));
        stores.owned.Add(new Owned(() => { folder.Delete(recursive: true); return ValueTask.CompletedTask; }));
        return stores;
    }

    /// <summary>MariaDB, Redis and RabbitMQ; the test is skipped, with the reason, where they are not running.</summary>
    public static async Task<SiteStores> RealAsync()
    {
        var database = await TestServers.MySqlAsync();
        var redis = TestServers.Redis();
        var rabbit = await TestServers.RabbitMqAsync();
        if (!DatabaseUrl.TryParse(database.Url, out var url, out var problem))
        {
            throw new InvalidOperationException(problem);
        }

        var stores = new SiteStores(Of(url, redis.Url, new Uri(rabbit.Url))) { Broker = rabbit };
        stores.owned.AddRange([database, redis, rabbit]);
        return stores;
    }

    /// <summary>As <c>FLUSHDB</c> by mistake does: all that is live is gone.</summary>
    public async Task FlushRedisAsync()
    {
        var options = Settings.Redis.Clone();
        options.AllowAdmin = true;
        await using var connection = await ConnectionMultiplexer.ConnectAsync(options);
        await connection.GetDatabase().ExecuteAsync("FLUSHDB");
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var part in owned)
        {
            await part.DisposeAsync();
        }
    }

    private static StoreSettings Of(DatabaseUrl database, string redis, Uri? rabbit, MailSettings? mail = null)
    {
        if (!RedisUrl.TryParse(redis, out var options, out var problem)
            || !SecretBox.TryParse(Convert.ToBase64String(new byte[32]), out var box, out problem))
        {
            throw new InvalidOperationException(problem);
        }

        return new StoreSettings { Database = database, Redis = options!, RabbitMq = rabbit, Secrets = box!, Mail = mail };
    }

    private sealed class Owned(Func<ValueTask> dispose) : IAsyncDisposable
    {
        public ValueTask DisposeAsync() => dispose();
    }
}
