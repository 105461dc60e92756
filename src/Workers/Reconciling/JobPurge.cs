using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using MultiPanel.Contracts.Jobs;
using MultiPanel.Data;
using MultiPanel.Data.Jobs;
using MultiPanel.Workers.Liveness;
using StackExchange.Redis;

namespace MultiPanel.Workers.Reconciling;

/// <summary>
/// Deletes jobs that ended more than <c>JOBS_DAYS</c> ago, a bulk job after the last of its children. Idempotency keys
/// go a day after their command; audit entries live on with the job's id for as long as <c>AUDIT_DAYS</c> says.
/// </summary>
public sealed class JobPurge(
    PanelDatabase database, WorkerSettings settings, WorkerIdentity worker, IConnectionMultiplexer redis, TimeProvider clock, ILogger<JobPurge> log)
    : LeasedService("job-purge", TimeSpan.FromHours(1), redis, worker, clock, log)
{
    /// <summary>Rows of one transaction: commands do not wait long for its locks.</summary>
    private const int Portion = 500;

    /// <summary>How long a command sent again with the same key is recognised.</summary>
    private static readonly TimeSpan KeysKept = TimeSpan.FromHours(24);

    public override async Task RunOnceAsync(CancellationToken cancellation)
    {
        await DeleteKeysAsync(cancellation);
        var before = Clock.GetUtcNow().UtcDateTime - settings.JobsKept;
        var (deleted, last) = (0, new Candidate(Guid.Empty, default));
        while (true)
        {
            await using var db = database.OpenAll();
            // What had to stay is behind "last" already and is not looked at again in this round.
            var old = await db.Jobs
                .EndedAfter(last.FinishedAt, last.Id)
                .Where(job => job.FinishedAt < before)
                .Select(job => new Candidate(job.Id, job.FinishedAt!.Value))
                .Take(Portion)
                .ToListAsync(cancellation);
            if (old.Count > 0)
            {
                deleted += await DeleteAsync(db, [.. old.Select(job => job.Id)], before, cancellation);
                last = old[^1];
            }

            if (old.Count < Portion)
            {
                break;
            }
        }

        if (deleted > 0)
        {
            Log.LogInformation("Deleted {Count} jobs that ended more than {Days} days ago", deleted, settings.JobsKept.TotalDays);
        }
    }

    private async Task DeleteKeysAsync(CancellationToken cancellation)
    {
        await using var db = database.OpenAll();
        var old = Clock.GetUtcNow().UtcDateTime - KeysKept;
        await db.IdempotencyKeys.Where(key => key.CreatedAt < old).ExecuteDeleteAsync(cancellation);
    }

    /// <returns>How many were deleted; one that is being retried has no end any more and stays.</returns>
    private static async Task<int> DeleteAsync(PanelDb db, List<Guid> ids, DateTime before, CancellationToken cancellation)
    {
        // The reconciler judges a VM that a failed job left in Proxmox by that job: it stays until the VM is settled.
        var needed = await db.Vms.Where(vm => vm.CreatedByJob != null && ids.Contains(vm.CreatedByJob.Value))
            .Select(vm => vm.CreatedByJob!.Value).ToListAsync(cancellation);
        ids = [.. ids.Except(await db.Jobs.Where(job => needed.Contains(job.Id) && job.Status != JobStatus.Succeeded)
            .Select(job => job.Id).ToListAsync(cancellation))];
        var old = db.Jobs.Where(job => ids.Contains(job.Id) && job.FinishedAt < before);
        var children = await old.Where(job => job.ParentId != null).ExecuteDeleteAsync(cancellation);
        var parents = await db.Jobs.Where(job => job.ParentId != null && ids.Contains(job.ParentId.Value))
            .Select(job => job.ParentId!.Value).Distinct().ToListAsync(cancellation);
        return children + await old.Where(job => !parents.Contains(job.Id)).ExecuteDeleteAsync(cancellation);
    }

    private sealed record Candidate(Guid Id, DateTime FinishedAt);
}
