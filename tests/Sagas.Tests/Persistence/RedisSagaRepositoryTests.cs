using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using MultiPanel.Sagas.Persistence;
using MultiPanel.TestKit.Servers;
using StackExchange.Redis;

namespace MultiPanel.Sagas.Tests.Persistence;

[TestFixture(RedisKind.Garnet)]
[TestFixture(RedisKind.Redis)]
public sealed class RedisSagaRepositoryTests(RedisKind kind) : SagaRepositoryConformance
{
    private readonly string keyPrefix = $"test:{Guid.NewGuid():N}";
    private TestRedis? claimed;
    private ConnectionMultiplexer redis = null!;

    [OneTimeSetUp]
    public async Task Connect()
    {
        claimed = kind == RedisKind.Redis ? TestServers.Redis() : null;
        redis = await ConnectionMultiplexer.ConnectAsync(claimed?.ConnectionString ?? TestGarnet.Address);
    }

    [OneTimeTearDown]
    public async Task Disconnect()
    {
        if (redis is not null)
        {
            await redis.DisposeAsync();
        }

        if (claimed is not null)
        {
            await claimed.DisposeAsync();
        }
    }

    [Test]
    public async Task A_saga_outlives_its_host()
    {
        var id = NewId.NextGuid();
        await Ask(new OpenTally(id, "kept"));
        await Ask(new Count(id, 3));

        await StopBus();
        await Start();

        Assert.That(await Ask(new Count(id, 4)), Is.EqualTo(new TallyAnswer(id, 7, "kept")));
    }

    protected override void AddRepository(IServiceCollection services, ISagaRegistrationConfigurator<Tally> saga)
    {
        services.AddSingleton<IConnectionMultiplexer>(redis);
        saga.RedisRepository(repository => repository.KeyPrefix = keyPrefix);
    }
}
