using MultiPanel.TestKit.Servers;
using StackExchange.Redis;

namespace MultiPanel.Progress.Tests;

/// <summary>A suite that runs on each kind of Redis; every test begins on an empty one.</summary>
[TestFixture(RedisKind.Garnet)]
[TestFixture(RedisKind.Redis)]
public abstract class ProgressSuite(RedisKind kind)
{
    private EmbeddedGarnet? garnet;
    private TestRedis? claimed;

    protected IConnectionMultiplexer Redis { get; private set; } = null!;

    protected TestClock Clock { get; private set; } = null!;

    protected Jobs Database { get; private set; } = null!;

    protected JobProgress Progress { get; private set; } = null!;

    protected JobReader Reader { get; private set; } = null!;

    [OneTimeSetUp]
    public async Task Connect()
    {
        claimed = kind == RedisKind.Redis ? TestServers.Redis() : null;
        garnet = kind == RedisKind.Garnet ? EmbeddedGarnet.Start() : null;
        Redis = await OpenAsync("suite");
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

        garnet?.Dispose();
    }

    [SetUp]
    public async Task BeginOnAnEmptyOne()
    {
        await FlushAsync();
        (Clock, Database) = (new TestClock(), new Jobs());
        (Progress, Reader) = (new JobProgress(Redis, Database, Clock), new JobReader(Redis));
    }

    protected async Task<IConnectionMultiplexer> OpenAsync(string name)
    {
        var options = ConfigurationOptions.Parse(claimed?.ConnectionString ?? garnet!.Address);
        options.ClientName = name;
        return await ConnectionMultiplexer.ConnectAsync(options);
    }

    protected Task FlushAsync() => Redis.GetDatabase().ExecuteAsync("FLUSHDB");
}
