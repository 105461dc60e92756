using System.Collections.Concurrent;
using StackExchange.Redis;

namespace MultiPanel.Progress;

/// <summary>
/// Until when each job is expected to make progress: by a step at work, a watched task, a place in a line, a message on its way.
/// A sorted set of job by time in ms. A job whose time has passed, or that is missing because Redis was emptied, is stuck:
/// the reconciler sends its command again.
/// </summary>
public sealed class JobActivity(IConnectionMultiplexer redis, SharedClock clock)
{
    private static readonly RedisKey Key = "mp:activity";

    /// <summary>Set once all open jobs have been looked for; it goes when Redis is emptied.</summary>
    private static readonly RedisKey Complete = "mp:activity:complete";

    private readonly ConcurrentQueue<Guid> ended = new();

    public Task TouchAsync(Guid job, TimeSpan length) => TouchAsync([job], length);

    public async Task TouchAsync(IReadOnlyCollection<Guid> jobs, TimeSpan length)
    {
        if (jobs.Count > 0)
        {
            var until = await UntilAsync(length);
            await redis.GetDatabase().SortedSetAddAsync(Key, [.. jobs.Select(job => new SortedSetEntry(job.ToString(), until))]);
        }
    }

    /// <summary><see cref="TouchAsync(Guid, TimeSpan)"/> as a script, to be run together with others.</summary>
    public async ValueTask<ScriptCall> TouchingAsync(Guid job, TimeSpan length) =>
        ScriptCall.Command("ZADD", Key, await UntilAsync(length), job.ToString());

    /// <summary>The job is over, and all that follows from that is done.</summary>
    public Task ForgetAsync(IReadOnlyCollection<Guid> jobs) => jobs.Count == 0
        ? Task.CompletedTask
        : redis.GetDatabase().SortedSetRemoveAsync(Key, [.. jobs.Select(job => (RedisValue)job.ToString())]);

    /// <summary>As <see cref="ForgetAsync"/>, with the next <see cref="ForgetEndedAsync"/>: a command for many jobs.</summary>
    public void ForgetSoon(Guid job) => ended.Enqueue(job);

    /// <summary>Forgets what <see cref="ForgetSoon"/> has noted. What a process that dies has not forgotten is followed up once more.</summary>
    public async Task ForgetEndedAsync()
    {
        var jobs = new List<Guid>();
        while (ended.TryDequeue(out var job))
        {
            jobs.Add(job);
        }

        await ForgetAsync(jobs);
    }

    /// <returns>Jobs whose time has passed, the longest ago first.</returns>
    public async Task<IReadOnlyList<Guid>> StuckAsync(int most) =>
        [.. (await redis.GetDatabase().SortedSetRangeByScoreAsync(Key, stop: await clock.NowAsync(), take: most)).Select(job => Guid.Parse(job.ToString()))];

    /// <returns>Those of the given jobs that are not in the set.</returns>
    public async Task<IReadOnlyList<Guid>> MissingAsync(IReadOnlyList<Guid> jobs)
    {
        if (jobs.Count == 0)
        {
            return [];
        }

        var until = await redis.GetDatabase().SortedSetScoresAsync(Key, [.. jobs.Select(job => (RedisValue)job.ToString())]);
        return [.. jobs.Where((_, i) => until[i] is null)];
    }

    /// <summary>False: Redis was emptied, so jobs may be missing.</summary>
    public Task<bool> IsCompleteAsync() => redis.GetDatabase().KeyExistsAsync(Complete);

    public Task SetCompleteAsync() => redis.GetDatabase().StringSetAsync(Complete, 1);

    private async ValueTask<long> UntilAsync(TimeSpan length) => await clock.NowAsync() + (long)length.TotalMilliseconds;
}
