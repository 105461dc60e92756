using System.Collections.Concurrent;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using StackExchange.Redis;

namespace MultiPanel.Workers.Liveness;

/// <summary>Tells the other workers that this one lives, so that they take over its claims soon after it does not.</summary>
public sealed class WorkerHeartbeat(
    WorkerIdentity worker, JobActivity driven, IConnectionMultiplexer redis, TimeProvider clock, ILogger<WorkerHeartbeat> log)
    : BackgroundService
{
    private static readonly TimeSpan Beat = TimeSpan.FromSeconds(2);

    /// <summary>Four missed beats: long enough for a full garbage collection, short enough to be taken over within 15 s.</summary>
    private static readonly TimeSpan Presumed = TimeSpan.FromSeconds(8);

    /// <summary>Since when workers have been saying that they live, in ms; it goes when Redis is emptied.</summary>
    private static readonly RedisKey Since = "mp:workers:since";

    private readonly ConcurrentDictionary<string, Guid> claims = new();

    public string Id => worker.Id;

    /// <param name="claim">A job's <c>claimed_by</c>: worker, slash, claim.</param>
    /// <returns>Also true where it is not known: after Redis was emptied, until all that live have said so again.</returns>
    public async Task<bool> IsAliveAsync(string claim)
    {
        var owner = claim.Split('/')[0];
        if (owner == worker.Id)
        {
            return claims.ContainsKey(claim);
        }

        var database = redis.GetDatabase();
        var present = database.KeyExistsAsync(Key(owner));
        var since = await database.StringGetAsync(Since);
        return await present || since.IsNull || clock.GetUtcNow() - DateTimeOffset.FromUnixTimeMilliseconds((long)since) < Presumed;
    }

    /// <summary>A claim of this worker; it counts until it is dropped, whether or not the job's row could be told.</summary>
    public string NewClaim(Guid job)
    {
        var claim = $"{worker.Id}/{Guid.NewGuid().ToString("N")[..8]}";
        claims.TryAdd(claim, job);
        return claim;
    }

    /// <summary>How many claims this worker has now.</summary>
    public int InHand => claims.Count;

    /// <summary>The worker stops: what it still claims need not wait until it is missed.</summary>
    public async Task LeaveAsync()
    {
        try
        {
            await redis.GetDatabase().KeyDeleteAsync(Key(worker.Id));
        }
        catch (Exception away) when (away is RedisException or RedisTimeoutException)
        {
            log.LogWarning("Redis is away: {Reason}", away.Message);
        }
    }

    public void Drop(string claim) => claims.TryRemove(claim, out _);

    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        await BeatAsync();
        await base.StartAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Beat, clock);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            await BeatAsync();
        }
    }

    private async Task BeatAsync()
    {
        try
        {
            var database = redis.GetDatabase();
            await database.StringSetAsync(Key(worker.Id), "alive", Presumed);
            await driven.TouchAsync([.. claims.Values.Distinct()], Presumed);
            await database.StringSetAsync(Since, clock.GetUtcNow().ToUnixTimeMilliseconds(), when: When.NotExists);
        }
        catch (Exception away) when (away is RedisException or RedisTimeoutException)
        {
            log.LogWarning("Redis is away: {Reason}", away.Message);
        }
    }

    private static RedisKey Key(string worker) => $"mp:worker:{worker}";
}
