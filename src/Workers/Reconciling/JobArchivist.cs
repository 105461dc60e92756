using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using MultiPanel.Contracts.Jobs;
using MultiPanel.Data;
using MultiPanel.Hosting.Jobs;
using MultiPanel.Workers.Liveness;
using StackExchange.Redis;

namespace MultiPanel.Workers.Reconciling;

/// <summary>
/// Looks after what is over: jobs whose last event was perhaps never published or kept, because the message that does it was
/// lost in between, get it sent again; idempotency keys go after their time.
/// </summary>
public sealed class JobArchivist(
    PanelDatabase database, MessageSender dispatcher, WorkerIdentity worker, IConnectionMultiplexer redis, TimeProvider clock,
    ILogger<JobArchivist> log) : LeasedService("archivist", TimeSpan.FromSeconds(10), redis, worker, clock, log)
{
    private const int Portion = 500;

    /// <summary>How long the usual path has for it.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(10);

    /// <summary>As DESIGN section 4 has it.</summary>
    private static readonly TimeSpan KeysKept = TimeSpan.FromHours(24);

    /// <summary>The first round reaches back to what an outage of all workers may have left; later ones to the last rounds alone.</summary>
    private TimeSpan lookBack = TimeSpan.FromDays(1);

    public override async Task RunOnceAsync(CancellationToken cancellation)
    {
        var now = Clock.GetUtcNow().UtcDateTime;
        await using var db = database.OpenAll();
        var (from, to) = (now - lookBack, now - Grace);
        var untold = await db.Jobs
            .Where(job => job.FinishedAt > from && job.FinishedAt < to)
            .Where(job => !db.JobHistories.Any(history => history.JobId == job.Id && history.Attempt == job.Attempt))
            .OrderBy(job => job.FinishedAt)
            .Select(job => job.Id)
            .Take(Portion)
            .ToListAsync(cancellation);
        foreach (var job in untold)
        {
            await dispatcher.SendAsync(JobMessages.Queue(typeof(EndJob)), new EndJob(job), cancellation);
        }

        lookBack = untold.Count < Portion ? TimeSpan.FromMinutes(10) : lookBack;
        var old = now - KeysKept;
        await db.IdempotencyKeys.Where(key => key.CreatedAt < old).ExecuteDeleteAsync(cancellation);
    }
}
