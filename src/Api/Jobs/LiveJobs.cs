using MultiPanel.Contracts.Jobs;
using MultiPanel.Data.Jobs;
using MultiPanel.Progress;
using StackExchange.Redis;

namespace MultiPanel.Api.Jobs;

/// <summary>Jobs as they are this moment: the database's row, and over it what Redis knows of one that is not over.</summary>
internal sealed class LiveJobs(IConnectionMultiplexer redis, JobReader reader, ILogger<LiveJobs> log)
{
    private static readonly IReadOnlyDictionary<Guid, (JobView Job, long Number)> Nothing = new Dictionary<Guid, (JobView, long)>();

    public async Task<JobView> ViewAsync(Job row) => (await ReadAsync([row]))[0].Job;

    public async Task<IReadOnlyList<JobView>> ViewAsync(IReadOnlyList<Job> rows) => [.. (await ReadAsync(rows)).Select(read => read.Job)];

    /// <returns>In the rows' order, each with the number of its newest event; 0 where Redis does not know it.</returns>
    public async Task<IReadOnlyList<(JobView Job, long Number)>> ReadAsync(IReadOnlyList<Job> rows)
    {
        var active = rows.Where(row => !row.IsFinal).Select(row => row.Id).ToList();
        var live = active.Count == 0 ? Nothing : await TryAsync(() => reader.SnapshotsAsync(active), Nothing);
        return [.. rows.Select(row => live.TryGetValue(row.Id, out var snapshot) ? (Merge(row, snapshot.Job), snapshot.Number) : (row.ToView(), 0))];
    }

    /// <summary>Reads from Redis; where that is away, it is as if Redis knew nothing.</summary>
    public async Task<T> TryAsync<T>(Func<Task<T>> read, T otherwise)
    {
        if (!redis.IsConnected)
        {
            // It would queue and time out; the database answers now.
            return otherwise;
        }

        try
        {
            return await read();
        }
        catch (Exception away) when (away is RedisException or RedisTimeoutException or RedisCommandException or ObjectDisposedException)
        {
            log.LogWarning("Redis does not answer, the database does: {Problem}", away.Message);
            return otherwise;
        }
    }

    /// <summary>That somebody wants it cancelled is in the row first.</summary>
    public static JobView Merge(Job row, JobView live) =>
        row.Status == JobStatus.Cancelling && !live.Status.IsFinal()
            ? live with { Status = JobStatus.Cancelling, Cancellable = false }
            : live;
}
