using StackExchange.Redis;

namespace MultiPanel.Workers.Liveness;

/// <summary>
/// Until when each job is known to be driven: by a step at work, a watched task, a place in a line, a message on its way.
/// A sorted set of job by time in ms; what ran out, or is missing because Redis was emptied, the reconciler drives again.
/// </summary>
public sealed class JobActivity(IConnectionMultiplexer redis, TimeProvider clock)
{
    private static readonly TimeSpan Forgotten = TimeSpan.FromHours(1);

    private static readonly RedisKey Key = "mp:driven";

    public Task TouchAsync(Guid job, TimeSpan length) => TouchAsync([job], length);

    public async Task TouchAsync(IReadOnlyCollection<Guid> jobs, TimeSpan length)
    {
        if (jobs.Count > 0)
        {
            var until = clock.GetUtcNow().Add(length).ToUnixTimeMilliseconds();
            await redis.GetDatabase().SortedSetAddAsync(Key, [.. jobs.Select(job => new SortedSetEntry(job.ToString(), until))]);
        }
    }

    public Task ForgetAsync(Guid job) => redis.GetDatabase().SortedSetRemoveAsync(Key, job.ToString());

    /// <summary>Forgets what ran out long ago: jobs that are over and were touched once more.</summary>
    public Task TidyAsync() => redis.GetDatabase().SortedSetRemoveRangeByScoreAsync(
        Key, double.NegativeInfinity, clock.GetUtcNow().Add(-Forgotten).ToUnixTimeMilliseconds());

    /// <returns>Those of the given jobs that nobody drives now.</returns>
    public async Task<IReadOnlyList<Guid>> IdleAsync(IReadOnlyList<Guid> jobs)
    {
        if (jobs.Count == 0)
        {
            return [];
        }

        var until = await redis.GetDatabase().SortedSetScoresAsync(Key, [.. jobs.Select(job => (RedisValue)job.ToString())]);
        var now = clock.GetUtcNow().ToUnixTimeMilliseconds();
        return [.. jobs.Where((_, i) => until[i] is not { } score || score < now)];
    }
}
