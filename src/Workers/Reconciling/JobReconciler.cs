using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using MultiPanel.Contracts.Jobs;
using MultiPanel.Data;
using MultiPanel.Hosting.Jobs;
using MultiPanel.Workers.Admission;
using MultiPanel.Workers.Liveness;
using StackExchange.Redis;

namespace MultiPanel.Workers.Reconciling;

/// <summary>
/// Finds jobs that nobody drives (their message lost, their worker dead, Redis emptied) and sends their
/// command again, under the same id. The saga, or a new one, asks for the step again; the step looks before it acts.
/// </summary>
public sealed class JobReconciler(
    PanelDatabase database, MessageSender dispatcher, JobActivity driven, StepSlots slots, WorkerIdentity worker, IConnectionMultiplexer redis,
    TimeProvider clock, ILogger<JobReconciler> log) : LeasedService("reconciler", TimeSpan.FromSeconds(2), redis, worker, clock, log)
{
    /// <summary>How long a job just sent is left to the usual path; those never sent are the <see cref="BacklogSender"/>'s.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(6);

    /// <summary>How long a command sent again has to show an effect; then it is sent once more.</summary>
    private static readonly TimeSpan SentAgain = TimeSpan.FromSeconds(15);

    /// <summary>A cycle's worth: a great backlog is taken up in portions, oldest first, instead of flooding the broker.</summary>
    private const int Portion = 500;

    public override async Task RunOnceAsync(CancellationToken cancellation)
    {
        await DriveAsync(cancellation);
        await ExpireSlotsAsync(cancellation);
        await driven.TidyAsync();
    }

    private async Task DriveAsync(CancellationToken cancellation)
    {
        var before = Clock.GetUtcNow().UtcDateTime - Grace;
        await using var db = database.OpenAll();
        var active = await db.Jobs.AsNoTracking()
            .Where(job => job.Status == JobStatus.Queued || job.Status == JobStatus.Running || job.Status == JobStatus.Cancelling)
            .Where(job => (job.Status != JobStatus.Queued || job.DispatchedAt != null)
                && job.QueuedAt < before && (job.DispatchedAt == null || job.DispatchedAt < before))
            .OrderBy(job => job.Id)
            .Select(job => job.Id)
            .ToListAsync(cancellation);
        var idle = (await driven.IdleAsync(active)).Take(Portion).ToList();
        if (idle.Count == 0)
        {
            return;
        }

        Log.LogInformation("Driving {Count} jobs that nobody drove", idle.Count);
        await driven.TouchAsync(idle, SentAgain);
        foreach (var job in await db.Jobs.AsNoTracking().Where(job => idle.Contains(job.Id)).OrderBy(job => job.Id).ToListAsync(cancellation))
        {
            try
            {
                await dispatcher.SendAsync(job, cancellation);
            }
            catch (Exception unreadable) when (unreadable is JsonException or InvalidOperationException)
            {
                Log.LogError(unreadable, "The command of job {Job} cannot be read by this version; the other jobs go on", job.Id);
            }
        }
    }

    private async Task ExpireSlotsAsync(CancellationToken cancellation)
    {
        await using var db = database.OpenAll();
        foreach (var cluster in await db.Clusters.Select(cluster => cluster.Id).ToListAsync(cancellation))
        {
            await slots.ExpireAsync(cluster.ToString(System.Globalization.CultureInfo.InvariantCulture), cancellation);
        }
    }
}
