using Microsoft.EntityFrameworkCore;
using MultiPanel.Api.Auth;
using MultiPanel.Contracts.Jobs;
using MultiPanel.Data;
using MultiPanel.Data.Jobs;
using MultiPanel.Progress;
using StackExchange.Redis;

namespace MultiPanel.Api.Jobs.Streams;

/// <summary>What streams read from: the feed of changes, Redis, and the database behind it.</summary>
internal sealed class StreamSource(
    ProgressFeed feed,
    JobReader reader,
    LiveJobs live,
    IConnectionMultiplexer redis,
    PanelDatabase database,
    Accounts accounts,
    IHostApplicationLifetime lifetime,
    TimeProvider clock)
{
    /// <summary>Rows read at once.</summary>
    private const int Chunk = 500;

    /// <summary>How far the clocks of the hosts may be apart, and how late a final status may be written.</summary>
    private static readonly TimeSpan Slack = TimeSpan.FromMinutes(1);

    public ProgressFeed Feed => feed;

    public JobReader Reader => reader;

    public LiveJobs Live => live;

    public TimeProvider Clock => clock;

    public CancellationToken Stopping => lifetime.ApplicationStopping;

    public bool HasRedis => redis.IsConnected;

    public async Task<Job?> RowAsync(Caller caller, Guid id, CancellationToken cancellation)
    {
        await using var db = database.Open(caller.Scope);
        return await db.Jobs.AsNoTracking().SingleOrDefaultAsync(job => job.Id == id, cancellation);
    }

    /// <summary>Jobs as they are now, in the given order; those that the caller may not see are left out.</summary>
    public async Task<IReadOnlyList<(JobView Job, long Number)>> ReadAsync(Caller caller, IReadOnlyList<Guid> ids, CancellationToken cancellation)
    {
        var found = new List<(JobView, long)>(ids.Count);
        foreach (var chunk in ids.Chunk(Chunk))
        {
            await using var db = database.Open(caller.Scope);
            var rows = await db.Jobs.AsNoTracking().Where(job => chunk.Contains(job.Id)).ToDictionaryAsync(job => job.Id, cancellation);
            found.AddRange(await live.ReadAsync([.. chunk.Where(rows.ContainsKey).Select(id => rows[id])]));
        }

        return found;
    }

    /// <summary>All open jobs, oldest first, then those that ended after the feed's given number; 0: none of these.</summary>
    public async IAsyncEnumerable<(JobView Job, long Number)> ActiveAsync(
        Caller caller, long endedSince, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellation)
    {
        // Feed numbers never fall behind the clock in milliseconds.
        var since = endedSince == 0 ? default : DateTimeOffset.FromUnixTimeMilliseconds(endedSince).UtcDateTime - Slack;
        await foreach (var read in PagesAsync(
            caller, (jobs, last) => jobs.WhereOpen().Where(job => job.Id.CompareTo(last.Id) > 0).OrderBy(job => job.Id), default, cancellation))
        {
            yield return read;
        }

        // A query of its own, in the order of its index: joined to the other by OR it would read every job.
        if (endedSince != 0)
        {
            await foreach (var read in PagesAsync(caller, (jobs, last) => jobs.EndedAfter(last.Ended, last.Id), (since, Guid.Empty), cancellation))
            {
                yield return read;
            }
        }
    }

    private async IAsyncEnumerable<(JobView Job, long Number)> PagesAsync(
        Caller caller,
        Func<IQueryable<Job>, (DateTime Ended, Guid Id), IQueryable<Job>> next,
        (DateTime Ended, Guid Id) last,
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellation)
    {
        while (true)
        {
            await using var db = database.Open(caller.Scope);
            var rows = await next(db.Jobs.AsNoTracking(), last).Take(Chunk).ToListAsync(cancellation);
            foreach (var read in await live.ReadAsync(rows))
            {
                yield return read;
            }

            if (rows.Count < Chunk)
            {
                yield break;
            }

            last = (rows[^1].FinishedAt ?? default, rows[^1].Id);
        }
    }

    /// <summary>Still the same user with the same rights.</summary>
    public async Task<bool> IsStillAuthorizedAsync(Caller caller, CancellationToken cancellation)
    {
        try
        {
            return await accounts.IsStillAuthorizedAsync(caller, cancellation);
        }
        catch (Exception away) when (DatabaseFailures.IsAway(away))
        {
            // Asked again at the next keep-alive.
            return true;
        }
    }
}
