using Microsoft.Extensions.Logging.Abstractions;
using MultiPanel.Progress;
using MultiPanel.TestKit;
using MultiPanel.TestKit.Servers;
using MultiPanel.Workers.Liveness;
using StackExchange.Redis;

namespace MultiPanel.Workers.Tests.Steps;

/// <summary>Whose claim is still good.</summary>
public sealed class WorkerHeartbeatTests
{
    private EmbeddedGarnet garnet = null!;
    private ConnectionMultiplexer redis = null!;
    private ShiftedClock clock = null!;
    private WorkerHeartbeat here = null!;

    [SetUp]
    public async Task Connect()
    {
        garnet = EmbeddedGarnet.Start();
        redis = await ConnectionMultiplexer.ConnectAsync(garnet.Address);
        clock = new ShiftedClock();
        here = await StartAsync();
    }

    [TearDown]
    public async Task Disconnect()
    {
        await here.StopAsync(default);
        here.Dispose();
        await redis.DisposeAsync();
        garnet.Dispose();
    }

    [Test]
    public async Task After_redis_was_emptied_a_living_workers_claim_is_not_taken_for_a_dead_ones()
    {
        using var other = await StartAsync();
        var claim = other.NewClaim(Guid.NewGuid());
        clock.Advance(TimeSpan.FromMinutes(1));
        Assert.That(await here.IsHeldAsync(claim), Is.True);

        await redis.GetDatabase().ExecuteAsync("FLUSHDB");
        Assert.That(await here.IsHeldAsync(claim), Is.True, "no heartbeat has been read yet");
        await BeatAsync();
        Assert.That(await here.IsHeldAsync(claim), Is.True, "this one has, the other may be about to");
        await other.StopAsync(default);
    }

    [Test]
    public async Task A_worker_that_has_said_nothing_for_long_enough_is_dead()
    {
        await BeatAsync();
        clock.Advance(TimeSpan.FromSeconds(9));

        Assert.That(await here.IsHeldAsync("vanished-1/7"), Is.False);
    }

    [TestCase(10)]
    [TestCase(-10)]
    public async Task Whether_a_worker_lives_does_not_depend_on_how_far_clocks_are_apart(int minutes)
    {
        var shifted = new ShiftedClock();
        shifted.Advance(TimeSpan.FromMinutes(minutes));
        using var elsewhere = await StartAsync(shifted);
        await redis.GetDatabase().ExecuteAsync("FLUSHDB");
        await BeatAsync();
        Assert.That(await elsewhere.IsHeldAsync("silent-1/7"), Is.True, "it may be about to say that it lives");

        shifted.Advance(TimeSpan.FromSeconds(9));

        Assert.That(await elsewhere.IsHeldAsync("silent-1/7"), Is.False, "it has said nothing for long enough");
        await elsewhere.StopAsync(default);
    }

    [Test]
    public async Task A_worker_that_left_is_not_waited_for()
    {
        using var other = await StartAsync();
        var claim = other.NewClaim(Guid.NewGuid());
        clock.Advance(TimeSpan.FromMinutes(1));
        await other.StopAsync(default);

        await other.LeaveAsync();

        Assert.That(await here.IsHeldAsync(claim), Is.False);
    }

    [Test]
    public async Task A_claim_of_its_own_is_good_until_it_is_dropped()
    {
        var claim = here.NewClaim(Guid.NewGuid());
        Assert.That(await here.IsHeldAsync(claim), Is.True);

        here.Drop(claim);

        Assert.That(await here.IsHeldAsync(claim), Is.False);
    }

    [Test]
    public async Task A_claim_that_its_worker_has_dropped_counts_for_nothing_whatever_the_row_says()
    {
        using var other = await StartAsync();
        var claim = other.NewClaim(Guid.NewGuid());
        Assert.That(await here.IsHeldAsync(claim), Is.True, "it is newer than the last heartbeat");
        await other.StartAsync(default);
        Assert.That(await here.IsHeldAsync(claim), Is.True, "the heartbeat lists it");

        other.Drop(claim);
        await other.StartAsync(default);

        Assert.That(await here.IsHeldAsync(claim), Is.False);
        await other.StopAsync(default);
    }

    /// <summary>Another start of the same worker says the same as its next beat.</summary>
    private Task BeatAsync() => here.StartAsync(default);

    private Task<WorkerHeartbeat> StartAsync() => StartAsync(clock);

    private async Task<WorkerHeartbeat> StartAsync(ShiftedClock time)
    {
        var shared = new SharedClock(redis, time);
        var presence = new WorkerHeartbeat(new WorkerIdentity(), new JobActivity(redis, shared), shared, redis, time, NullLogger<WorkerHeartbeat>.Instance);
        await presence.StartAsync(default);
        return presence;
    }
}
