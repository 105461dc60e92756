using Microsoft.EntityFrameworkCore;
using MultiPanel.Contracts.Jobs;
using MultiPanel.Data;
using MultiPanel.Data.Jobs;
using MultiPanel.Progress;

namespace MultiPanel.Api.Live;

/// <summary>
/// Jobs as they are at this moment: the database's row, overlaid with what Redis knows of a job that has not ended. Children
/// are counted in the database.
/// </summary>
internal sealed class CurrentJobs(RedisCircuit redis, JobReader reader, PanelDatabase database)
{
    private static readonly IReadOnlyDictionary<Guid, (JobView Job, long Number)> Nothing = new Dictionary<Guid, (JobView, long)>();

    public async Task<JobView> ViewAsync(Job row) => (await ReadAsync([row]))[0].Job;

    public async Task<IReadOnlyList<JobView>> ViewAsync(IReadOnlyList<Job> rows) => [.. (await ReadAsync(rows)).Select(read => read.Job)];

    /// <returns>In the rows' order, each with the number of its newest event; 0 where Redis does not know it.</returns>
    public async Task<IReadOnlyList<(JobView Job, long Number)>> ReadAsync(IReadOnlyList<Job> rows)
    {
        var active = rows.Where(row => !row.IsFinal).Select(row => row.Id).ToList();
        var live = active.Count == 0 ? Nothing : await TryAsync(() => reader.SnapshotsAsync(active), Nothing);
        var children = await ChildrenAsync(rows);
        return [.. rows.Select(row =>
        {
            var (view, number) = live.TryGetValue(row.Id, out var snapshot) ? (Merge(row, snapshot.Job), snapshot.Number) : (row.ToView(), 0);
            return (With(view, children.GetValueOrDefault(row.Id)), number);
        })];
    }

    /// <summary>The row with its children, as far as it has any, and without Redis.</summary>
    public async Task<JobView> RowViewAsync(Job row) => With(row.ToView(), (await ChildrenAsync([row])).GetValueOrDefault(row.Id));

    /// <summary>What Redis says of the row's job, if it is of the same attempt.</summary>
    public async Task<JobView> MergeAsync(Job row, JobView live) =>
        With(Merge(row, live), (await ChildrenAsync([row])).GetValueOrDefault(row.Id));

    /// <summary>A bulk job that has ended can be retried if some of its children failed.</summary>
    private static JobView With(JobView view, JobChildren? children) => children is null ? view : view with
    {
        Children = children,
        Retryable = view.Retryable || (view.Status.IsFinal() && children.Failed > 0),
    };

    /// <summary>Whether Redis answers, as far as is known.</summary>
    public bool HasRedis => redis.IsClosed;

    /// <summary>Reads from Redis; where that cannot be reached, it is as if Redis knew nothing.</summary>
    public Task<T> TryAsync<T>(Func<Task<T>> read, T otherwise) => redis.TryAsync(read, otherwise);

    /// <summary>Redis does not have the job's newest attempt or its end yet.</summary>
    public static bool IsStale(Job row, JobView live) => live.Attempt < row.Attempt || (row.IsFinal && !live.Status.IsFinal());

    /// <summary>What users decide is in the row first: that the job is cancelled, retried, or has another priority.</summary>
    private static JobView Merge(Job row, JobView live)
    {
        if (IsStale(row, live))
        {
            return row.ToView();
        }

        live = live with { Priority = row.Priority };
        return row.Status == JobStatus.Cancelling && !live.Status.IsFinal()
            ? live with { Status = JobStatus.Cancelling, Cancellable = false }
            : live;
    }

    private async Task<IReadOnlyDictionary<Guid, JobChildren>> ChildrenAsync(IReadOnlyList<Job> rows)
    {
        var parents = rows.Where(row => row.HasChildren()).Select(row => (Guid?)row.Id).ToList();
        if (parents.Count == 0)
        {
            return new Dictionary<Guid, JobChildren>();
        }

        await using var db = database.OpenAll();
        var counts = await db.Jobs.Where(job => parents.Contains(job.ParentId)).GroupBy(job => new { job.ParentId, job.Status })
            .Select(group => new { group.Key.ParentId, group.Key.Status, Count = group.Count() }).ToListAsync();
        return counts.GroupBy(count => count.ParentId!.Value).ToDictionary(parent => parent.Key, parent =>
        {
            int Of(params JobStatus[] statuses) => parent.Where(count => statuses.Contains(count.Status)).Sum(count => count.Count);
            return new JobChildren(
                parent.Sum(count => count.Count), Of(JobStatus.Running, JobStatus.Cancelling), Of(JobStatus.Succeeded), Of(JobStatus.Failed), Of(JobStatus.Cancelled));
        });
    }
}
