using MultiPanel.TestKit.Servers;
using StackExchange.Redis;

namespace MultiPanel.Sagas.Tests.Persistence;

/// <summary>A suite that runs on each kind of Redis, every test with keys of its own.</summary>
[TestFixture(RedisKind.Garnet)]
[TestFixture(RedisKind.Redis)]
public abstract class RedisSuite(RedisKind kind)
{
    private TestRedis? claimed;

    protected IConnectionMultiplexer Redis { get; private set; } = null!;

    protected string KeyPrefix { get; private set; } = "";

    [OneTimeSetUp]
    public async Task Connect()
    {
        claimed = kind == RedisKind.Redis ? TestServers.Redis() : null;
        Redis = await Open();
    }

    [OneTimeTearDown]
    public async Task Disconnect()
    {
        if (Redis is not null)
        {
            await Redis.DisposeAsync();
        }

        if (claimed is not null)
        {
            await claimed.DisposeAsync();
        }
    }

    [SetUp]
    public void TakeKeysOfItsOwn() => KeyPrefix = $"test:{Guid.NewGuid():N}";

    /// <summary>Another connection, as another process would have.</summary>
    protected async Task<IConnectionMultiplexer> Open()
        => await ConnectionMultiplexer.ConnectAsync(claimed?.ConnectionString ?? TestGarnet.Address);

    /// <summary>What FLUSHALL does to this test's keys.</summary>
    protected async Task Flush()
    {
        await foreach (var key in Redis.GetServers().Single().KeysAsync(Redis.GetDatabase().Database, $"{KeyPrefix}*"))
        {
            await Redis.GetDatabase().KeyDeleteAsync(key);
        }
    }
}
