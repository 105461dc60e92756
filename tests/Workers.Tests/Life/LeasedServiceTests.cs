using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using MultiPanel.TestKit;
using MultiPanel.Workers.Liveness;
using StackExchange.Redis;

namespace MultiPanel.Workers.Tests.Life;

/// <summary>What one worker of all does, one worker of all does, however long it takes.</summary>
public sealed class LeasedServiceTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    [Test]
    public async Task A_round_that_takes_longer_than_its_lease_keeps_it_and_others_do_nothing_meanwhile()
    {
        await using var site = await Site.StartAsync(new SiteOptions { Inventory = false });
        var redis = site.Services.GetRequiredService<IConnectionMultiplexer>();
        using var first = new LongRound(redis);
        await first.StartAsync(default);
        await first.Began.Task.WaitAsync(Limit);

        // With each renewal the lease has its full length again.
        for (var time = 0; time < 2; time++)
        {
            await redis.GetDatabase().KeyExpireAsync(LongRound.Lease, TimeSpan.FromHours(1));
            await Eventually.IsAsync(
                async () => await redis.GetDatabase().KeyTimeToLiveAsync(LongRound.Lease) < TimeSpan.FromMinutes(1), "it renews its lease", Limit);
        }

        Assert.That(await new RedisLease(redis, LongRound.Lease, "another worker", TimeSpan.FromHours(1)).HoldAsync(), Is.False);
        first.End.SetResult();
        await first.StopAsync(default);
        Assert.That(await redis.GetDatabase().KeyExistsAsync(LongRound.Lease), Is.False, "given back, so that another goes on at once");
    }

    [Test]
    public async Task A_round_that_fails_is_followed_by_the_next()
    {
        await using var site = await Site.StartAsync(new SiteOptions { Inventory = false });
        using var service = new LongRound(site.Services.GetRequiredService<IConnectionMultiplexer>()) { Failures = 2 };
        await service.StartAsync(default);

        await service.Began.Task.WaitAsync(Limit);

        Assert.That(service.Rounds, Is.EqualTo(3));
        service.End.SetResult();
        await service.StopAsync(default);
    }

    private sealed class LongRound(IConnectionMultiplexer redis)
        : LeasedService("long-round", TimeSpan.FromMilliseconds(50), redis, new WorkerIdentity(), TimeProvider.System, NullLogger.Instance)
    {
        public const string Lease = "mp:long-round:lease";

        public int Failures { get; init; }

        public int Rounds { get; private set; }

        /// <summary>A round began that does not fail.</summary>
        public TaskCompletionSource Began { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        /// <summary>Ends it.</summary>
        public TaskCompletionSource End { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public override Task RunOnceAsync(CancellationToken cancellation)
        {
            if (++Rounds <= Failures)
            {
                throw new InvalidOperationException("this round fails");
            }

            Began.TrySetResult();
            return End.Task;
        }
    }
}
