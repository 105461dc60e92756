using System.Diagnostics;
using Microsoft.Extensions.Logging.Abstractions;
using MultiPanel.Api.Live;
using MultiPanel.Api.Tests.Host;
using MultiPanel.TestKit.Servers;
using StackExchange.Redis;

namespace MultiPanel.Api.Tests.Jobs;

/// <summary>A Redis that is connected and does not answer counts as one that cannot be reached.</summary>
public sealed class RedisCircuitTests
{
    /// <summary>StackExchange.Redis waits for 5 s, and each read of a list or stream would.</summary>
    private static readonly TimeSpan OneTimeout = TimeSpan.FromSeconds(5);

    [Test]
    public async Task Lists_and_streams_do_not_wait_for_a_redis_that_is_silent()
    {
        await using var redis = await PrivateRedis.LaunchAsync();
        await using var api = await TestApi.StartAsync(redisAddress: redis.Address, settings: own => own with { RedisLimit = TimeSpan.FromMilliseconds(300) });
        using var acme = api.As(api.Seeds.AcmeOperator);
        var job = await api.Seeds.JobAsync(api.Seeds.Acme);
        await acme.GetAsync("/api/jobs?limit=2");
        await using var admin = await redis.ConnectAsync();
        await admin.GetDatabase().ExecuteAsync("CLIENT", "PAUSE", "600000", "ALL");

        var watch = Stopwatch.StartNew();
        var lists = new[] { await acme.GetAsync("/api/jobs?limit=2"), await acme.GetAsync("/api/jobs?limit=2"), await acme.GetAsync($"/api/jobs/{job.Id}") };
        using var all = await acme.FollowAsync("/api/jobs/events");
        var active = await all.NextAsync();
        using var one = await acme.FollowAsync($"/api/jobs/{job.Id}/events");
        var whole = await one.NextAsync();
        watch.Stop();

        Assert.That(lists.Select(answer => answer.Status), Is.All.EqualTo(200));
        Assert.That((active!.Status, whole!.Status), Is.EqualTo(("queued", "queued")));
        Assert.That(watch.Elapsed, Is.LessThan(OneTimeout), "all of it, not even one command's timeout");
    }

    [Test]
    public async Task After_a_failure_one_caller_tries_again_and_the_others_do_not_wait_for_it()
    {
        using var garnet = EmbeddedGarnet.Start();
        await using var redis = await ConnectionMultiplexer.ConnectAsync(garnet.Address);
        var clock = new ManualClock();
        var circuit = new RedisCircuit(redis, TimeSpan.FromSeconds(30), clock, NullLogger<RedisCircuit>.Instance);
        var calls = 0;
        Task<string> CallAsync(Func<Task<string>> answer) => circuit.TryAsync(
            () =>
            {
                calls++;
                return answer();
            },
            "database");

        var failed = await CallAsync(() => throw new TaskCanceledException("as StackExchange.Redis ends what was pending"));
        var soon = await CallAsync(() => Task.FromResult("redis"));
        clock.Advance(RedisCircuit.Pause);
        var pending = new TaskCompletionSource<string>();
        var probe = CallAsync(() => pending.Task);
        var others = await CallAsync(() => Task.FromResult("redis"));
        pending.SetResult("redis");
        var probed = await probe;
        var after = await CallAsync(() => Task.FromResult("redis"));

        Assert.That(new[] { failed, soon, others, probed, after }, Is.EqualTo(new[] { "database", "database", "database", "redis", "redis" }));
        Assert.That(calls, Is.EqualTo(3), "the failure, the probe, and the one after it");
    }

    [Test]
    public async Task A_fault_of_ours_is_not_taken_for_a_redis_that_cannot_be_reached()
    {
        using var garnet = EmbeddedGarnet.Start();
        await using var redis = await ConnectionMultiplexer.ConnectAsync(garnet.Address);
        var circuit = new RedisCircuit(redis, TimeSpan.FromSeconds(30), TimeProvider.System, NullLogger<RedisCircuit>.Instance);

        Assert.That(async () => await circuit.TryAsync<int>(() => throw new FormatException(), 0), Throws.InstanceOf<FormatException>());
        Assert.That(circuit.IsClosed, Is.True);
    }
}
