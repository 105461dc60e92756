using System.Collections.Concurrent;
using System.Globalization;
using Microsoft.Extensions.Logging;
using MultiPanel.Progress;
using MultiPanel.Progress.Loops;
using StackExchange.Redis;

namespace MultiPanel.Workers.Liveness;

/// <summary>
/// Publishes which claims this worker holds, so that the other workers take them over soon after it died, and any other claim
/// that a job's row still names counts for nothing.
/// </summary>
public sealed class WorkerHeartbeat(
    WorkerIdentity worker, JobActivity activity, SharedClock shared, IConnectionMultiplexer redis, TimeProvider clock, ILogger<WorkerHeartbeat> log)
    : RepeatingService(log, clock, retryPause: Beat)
{
    private static readonly TimeSpan Beat = TimeSpan.FromSeconds(2);

    /// <summary>Four missed beats: long enough for a full garbage collection, short enough to be taken over within 15 s.</summary>
    private static readonly TimeSpan Presumed = TimeSpan.FromSeconds(8);

    /// <summary>Since when workers have been saying that they live, in ms of the <see cref="SharedClock"/>; it goes when Redis is emptied.</summary>
    private static readonly RedisKey Since = "mp:workers:since";

    private readonly ConcurrentDictionary<long, Guid> claims = new();
    private long newest;

    public string Id => worker.Id;

    /// <summary>How many claims this worker has now.</summary>
    public int RunningTries => claims.Count;

    /// <param name="claim">A job's <c>claimed_by</c>: worker, slash, number.</param>
    /// <returns>Also true where it is not known: after Redis was emptied, until all workers that live have said so again.</returns>
    public async Task<bool> IsHeldAsync(string claim)
    {
        var parts = claim.Split('/');
        if (parts is not [var owner, var text] || !long.TryParse(text, CultureInfo.InvariantCulture, out var number))
        {
            return false; // made by a version that counted otherwise
        }

        if (owner == worker.Id)
        {
            return claims.ContainsKey(number);
        }

        var database = redis.GetDatabase();
        var beat = await database.StringGetAsync(Key(owner));
        if (beat.IsNull)
        {
            var since = await database.StringGetAsync(Since);
            return since.IsNull || await shared.NowAsync() - (long)since < Presumed.TotalMilliseconds;
        }

        // A claim newer than the last heartbeat could not be in it.
        var listed = beat.ToString().Split(' ').Select(listed => long.Parse(listed, CultureInfo.InvariantCulture)).ToArray();
        return number > listed[0] || listed.AsSpan(1).Contains(number);
    }

    /// <summary>A claim of this worker; it counts until it is dropped, whether or not it could be taken out of the job's row.</summary>
    public string NewClaim(Guid job)
    {
        var number = Interlocked.Increment(ref newest);
        claims.TryAdd(number, job);
        return $"{worker.Id}/{number.ToString(CultureInfo.InvariantCulture)}";
    }

    public void Drop(string claim) => claims.TryRemove(long.Parse(claim.AsSpan(claim.IndexOf('/', StringComparison.Ordinal) + 1), CultureInfo.InvariantCulture), out _);

    /// <summary>The worker stops: the others need not wait until it is missed.</summary>
    public async Task LeaveAsync()
    {
        try
        {
            await activity.ForgetEndedAsync();
            await redis.GetDatabase().KeyDeleteAsync(Key(worker.Id));
        }
        catch (Exception unreachable) when (RedisFailures.IsUnreachable(unreachable))
        {
            Log.LogWarning("Could not withdraw this worker's heartbeat; it expires by itself: {Reason}", unreachable.Message);
        }
    }

    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        await BeatAsync(cancellationToken);
        await base.StartAsync(cancellationToken);
    }

    protected override Task RunAsync(RoundLoop loop, CancellationToken stopping) => loop.RunAsync(
        async token =>
        {
            await Task.Delay(Beat, Clock, token);
            await BeatAsync(token);
        },
        stopping);

    private async Task BeatAsync(CancellationToken stopping)
    {
        try
        {
            // Read before the claims: one made in between is newer than this beat.
            var upTo = Interlocked.Read(ref newest);
            var held = claims.ToArray();
            var text = string.Join(' ', held.Select(claim => claim.Key).Prepend(upTo).Select(number => number.ToString(CultureInfo.InvariantCulture)));
            var database = redis.GetDatabase();
            await database.StringSetAsync(Key(worker.Id), text, Presumed);
            await activity.TouchAsync([.. held.Select(claim => claim.Value).Distinct()], Presumed);
            await activity.ForgetEndedAsync();
            await database.StringSetAsync(Since, await shared.NowAsync(), when: When.NotExists);
        }
        catch (Exception unreachable) when (RedisFailures.IsUnreachable(unreachable, stopping))
        {
            Log.LogWarning("Could not send this worker's heartbeat: {Reason}", unreachable.Message);
        }
    }

    private static RedisKey Key(string worker) => $"mp:worker:{worker}";
}
