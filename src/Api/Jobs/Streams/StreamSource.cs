using System.Runtime.CompilerServices;
using Microsoft.EntityFrameworkCore;
using MultiPanel.Api.Auth;
using MultiPanel.Api.Live;
using MultiPanel.Contracts.Jobs;
using MultiPanel.Data;
using MultiPanel.Data.Jobs;
using MultiPanel.Progress;

namespace MultiPanel.Api.Jobs.Streams;

/// <summary>What streams read beside the feed: Redis, and the database behind it. No query scans the history.</summary>
internal sealed class StreamSource(JobReader reader, CurrentJobs live, PanelDatabase database, Accounts accounts, IHostApplicationLifetime lifetime, TimeProvider clock)
{
    /// <summary>Rows read at once.</summary>
    public const int Chunk = 500;

    /// <summary>How far the clocks of the hosts may be apart, and how late a final status may be written.</summary>
    public static readonly TimeSpan Slack = TimeSpan.FromMinutes(1);

    public JobReader Reader => reader;

    public CurrentJobs Live => live;

    public TimeProvider Clock => clock;

    public CancellationToken Stopping => lifetime.ApplicationStopping;

    /// <summary>The feed's newest number; null: Redis cannot be reached.</summary>
    public Task<long?> FeedNumberAsync() => live.TryAsync<long?>(async () => await reader.FeedNumberAsync(), null);

    public async Task<Job?> RowAsync(Caller caller, Guid id, CancellationToken cancellation)
    {
        await using var db = database.Open(caller.Scope);
        return await db.Jobs.AsNoTracking().SingleOrDefaultAsync(job => job.Id == id, cancellation);
    }

    /// <summary>Jobs as they are now, in the given order and read in pieces; those that the scope does not show are left out.</summary>
    public async IAsyncEnumerable<(JobView Job, long Number)> ReadAsync(
        CallerScope scope, IReadOnlyList<Guid> ids, [EnumeratorCancellation] CancellationToken cancellation)
    {
        foreach (var chunk in ids.Chunk(Chunk))
        {
            await using var db = database.Open(scope);
            var rows = await db.Jobs.AsNoTracking().Where(job => chunk.Contains(job.Id)).ToDictionaryAsync(job => job.Id, cancellation);
            foreach (var read in await live.ReadAsync([.. chunk.Where(rows.ContainsKey).Select(id => rows[id])]))
            {
                yield return read;
            }
        }
    }

    /// <summary>All jobs that are not over, in pieces; one that changes meanwhile may come twice.</summary>
    public async IAsyncEnumerable<IReadOnlyList<(JobView Job, long Number)>> OpenAsync([EnumeratorCancellation] CancellationToken cancellation)
    {
        var (after, count) = (Guid.Empty, Chunk);
        while (count == Chunk)
        {
            await using var db = database.OpenAll();
            var rows = await db.Jobs.AsNoTracking().WhereOpen().Where(job => job.Id.CompareTo(after) > 0)
                .OrderBy(job => job.Id).Take(Chunk).ToListAsync(cancellation);
            count = rows.Count;
            if (count > 0)
            {
                after = rows[^1].Id;
                yield return await live.ReadAsync(rows);
            }
        }
    }

    /// <summary>Jobs that ended since then, in that order; <see cref="Slack"/> is taken off here.</summary>
    public async IAsyncEnumerable<(JobView Job, long Number)> EndedAsync(
        CallerScope scope, DateTimeOffset since, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var (from, after, count) = (since.UtcDateTime - Slack, Guid.Empty, Chunk);
        while (count == Chunk)
        {
            await using var db = database.Open(scope);
            var rows = await db.Jobs.AsNoTracking().EndedAfter(from, after).Take(Chunk).ToListAsync(cancellation);
            count = rows.Count;
            // A job that is tried again still has the end of the attempt before.
            foreach (var read in await live.ReadAsync([.. rows.Where(row => row.IsFinal)]))
            {
                yield return read;
            }

            if (count > 0)
            {
                (from, after) = (rows[^1].FinishedAt!.Value, rows[^1].Id);
            }
        }
    }

    /// <returns>Those of the jobs that are over.</returns>
    public async Task<IReadOnlyList<Guid>> OverAsync(IEnumerable<Guid> ids, CancellationToken cancellation)
    {
        var over = new List<Guid>();
        foreach (var chunk in ids.Chunk(Chunk))
        {
            await using var db = database.OpenAll();
            over.AddRange(await db.Jobs
                .Where(job => chunk.Contains(job.Id)
                    && (job.Status == JobStatus.Succeeded || job.Status == JobStatus.Failed || job.Status == JobStatus.Cancelled))
                .Select(job => job.Id).ToListAsync(cancellation));
        }

        return over;
    }

    /// <summary>Still the same user with the same rights.</summary>
    public async Task<bool> IsStillAuthorizedAsync(Caller caller, CancellationToken cancellation)
    {
        try
        {
            return await accounts.IsStillAuthorizedAsync(caller, cancellation);
        }
        catch (Exception failure) when (DatabaseFailures.IsUnreachable(failure))
        {
            // Asked again at the next keep-alive.
            return true;
        }
    }
}
