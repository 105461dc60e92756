using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using MultiPanel.Contracts.Jobs;
using MultiPanel.Data;
using MultiPanel.Hosting.Jobs;
using MultiPanel.Progress;
using MultiPanel.Workers.Liveness;
using StackExchange.Redis;

namespace MultiPanel.Workers.Reconciling;

/// <summary>
/// Looks after finished jobs: where the last event was never published, because the message that does it was lost, the message
/// is sent again. Deletes idempotency keys after their time.
/// </summary>
public sealed class JobArchivist(
    PanelDatabase database, MessageSender dispatcher, JobReader reader, WorkerIdentity worker, IConnectionMultiplexer redis, TimeProvider clock,
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
        var ended = await db.Jobs
            .Where(job => job.FinishedAt > from && job.FinishedAt < to)
            .OrderBy(job => job.FinishedAt)
            .Select(job => job.Id)
            .ToListAsync(cancellation);
        foreach (var portion in ended.Chunk(Portion))
        {
            // What Redis no longer knows, readers take from the row.
            foreach (var (job, (view, _)) in await reader.SnapshotsAsync(portion))
            {
                if (view.FinishedAt is null)
                {
                    await dispatcher.SendAsync(JobMessages.Queue(typeof(EndJob)), new EndJob(job), cancellation);
                }
            }
        }

        lookBack = TimeSpan.FromMinutes(10);
        var old = now - KeysKept;
        await db.IdempotencyKeys.Where(key => key.CreatedAt < old).ExecuteDeleteAsync(cancellation);
    }
}
