using System.Collections.Concurrent;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using StackExchange.Redis;

namespace MultiPanel.Workers.Steps;

/// <summary>Tells the other workers that this one lives, so that they take over its claims soon after it does not.</summary>
public sealed class WorkerPresence(WorkerIdentity worker, IConnectionMultiplexer redis, TimeProvider clock, ILogger<WorkerPresence> log)
    : BackgroundService
{
    private static readonly TimeSpan Beat = TimeSpan.FromSeconds(2);

    /// <summary>Four missed beats: long enough for a full garbage collection, short enough to be taken over within 15 s.</summary>
    private static readonly TimeSpan Presumed = TimeSpan.FromSeconds(8);

    private readonly ConcurrentDictionary<string, byte> claims = new();

    public string Id => worker.Id;

    /// <param name="claim">A job's <c>claimed_by</c>: worker, slash, claim.</param>
    public async Task<bool> IsAliveAsync(string claim) => claim.Split('/')[0] is var owner && owner == worker.Id
        ? claims.ContainsKey(claim)
        : await redis.GetDatabase().KeyExistsAsync(Key(owner));

    /// <summary>A claim of this worker; it counts until it is dropped, whether or not the job's row could be told.</summary>
    public string NewClaim()
    {
        var claim = $"{worker.Id}/{Guid.NewGuid().ToString("N")[..8]}";
        claims.TryAdd(claim, 0);
        return claim;
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
            await redis.GetDatabase().StringSetAsync(Key(worker.Id), "alive", Presumed);
        }
        catch (Exception away) when (away is RedisException or RedisTimeoutException)
        {
            log.LogWarning("Redis is away: {Reason}", away.Message);
        }
    }

    private static RedisKey Key(string worker) => $"mp:worker:{worker}";
}
