using System.Globalization;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using MultiPanel.Contracts.Admission;
using MultiPanel.Data;
using MultiPanel.Data.Clusters;
using MultiPanel.Progress;
using MultiPanel.Sagas.Admission;
using MultiPanel.Workers.Liveness;
using StackExchange.Redis;

namespace MultiPanel.Workers.Admission;

/// <summary>
/// One worker of all looks at each cluster's slots once a second: brings edited limits into force, reports to jobs in line
/// their place and when their turn comes, writes the board that the API shows, and frees the slots of jobs that are over.
/// </summary>
public sealed class AdmissionMonitor(
    IAdmission admission, StepSlots slots, AdmissionBoard board, ClusterKeys keys, QueuePositions line, JobActivity activity, PanelDatabase database, WorkerIdentity worker,
    IConnectionMultiplexer redis, TimeProvider clock, ILogger<AdmissionMonitor> log)
    : LeasedService("admission-watch", TimeSpan.FromSeconds(1), redis, worker, clock, log)
{
    private const int ShownWaiters = 500;

    /// <summary>Leases run out by themselves; this is for what a lost race left to one.</summary>
    private static readonly TimeSpan SweepEvery = TimeSpan.FromSeconds(10);

    /// <summary>A board that has not changed gets a new date this often.</summary>
    private static readonly TimeSpan DateEvery = TimeSpan.FromSeconds(10);

    private readonly Dictionary<int, (DateTime At, string Text)> shown = [];
    private DateTimeOffset swept;

    public override async Task RunOnceAsync(CancellationToken cancellation)
    {
        var sweep = Clock.GetUtcNow() - swept >= SweepEvery;
        swept = sweep ? Clock.GetUtcNow() : swept;
        await using var db = database.OpenAll();
        var clusters = await db.Clusters.AsNoTracking().ToListAsync(cancellation);
        var wrote = sweep;
        foreach (var cluster in clusters)
        {
            var name = cluster.Id.ToString(CultureInfo.InvariantCulture);
            var report = await admission.ReportAsync(name, cancellation);
            wrote |= await ApplyLimitsAsync(cluster, name, report.Limits, cancellation);
            var waiters = await line.ReportPlacesAsync(cluster.Id, report, cancellation);
            wrote |= await ShowAsync(View(cluster, report, waiters));
            if (sweep)
            {
                // A job in line makes progress as the line does.
                await activity.TouchAsync([.. report.Waiters.Select(waiter => waiter.Wanted.JobId)], SweepEvery * 3);
                await slots.RenewAsync(name, [.. report.Waiters.Select(waiter => waiter.Wanted.Holder)], cancellation);
                await SweepAsync(db, name, report, cancellation);
            }
        }

        if (wrote)
        {
            await ForgetDeletedAsync(db, [.. clusters.Select(cluster => cluster.Id)], cancellation);
        }
    }

    /// <summary>
    /// A cluster may have been deleted since this round read the clusters. Its row goes before its keys: one whose row is still there
    /// after this round has written loses what was written with the rest of its keys.
    /// </summary>
    private async Task ForgetDeletedAsync(PanelDb db, IReadOnlyCollection<int> written, CancellationToken cancellation)
    {
        var left = await db.Clusters.Select(cluster => cluster.Id).ToListAsync(cancellation);
        foreach (var deleted in written.Except(left))
        {
            await keys.DeleteAsync(deleted);
            shown.Remove(deleted);
        }
    }

    /// <returns>Whether it wrote any.</returns>
    private async Task<bool> ApplyLimitsAsync(Cluster cluster, string name, AdmissionLimits inForce, CancellationToken cancellation)
    {
        var wanted = cluster.Limits ?? AdmissionLimits.Default;
        if (Text(wanted) == Text(inForce))
        {
            return false;
        }

        Log.LogInformation("Cluster {Cluster} has new limits", cluster.Name);
        await slots.SetLimitsAsync(name, wanted, cancellation);
        return true;
    }

    private static string Text(AdmissionLimits limits) =>
        string.Join(';', limits.ByName().OrderBy(limit => limit.Key, StringComparer.Ordinal));

    private AdmissionView View(Cluster cluster, AdmissionReport report, IReadOnlyList<SlotWaiter> waiters) => new()
    {
        ClusterId = cluster.Id,
        At = Clock.GetUtcNow().UtcDateTime,
        Limits = (cluster.Limits ?? AdmissionLimits.Default).ByName(),
        Holders = [.. report.Holders.Select(holder => new SlotHolder(
            holder.Slot.JobId, StepSlots.StepOf(holder.Slot.Holder), holder.Slot.Class, holder.Slot.Node, holder.Slot.Storage,
            StepSlots.CompanyOf(holder.Slot.Company), holder.Slot.Priority, holder.LeaseEnd.UtcDateTime))],
        Waiters = [.. waiters.Take(ShownWaiters)],
        Waiting = waiters.Count,
        Slowed = report.Slowed,
    };

    /// <returns>Whether the board was written.</returns>
    private async Task<bool> ShowAsync(AdmissionView view)
    {
        var text = JsonSerializer.Serialize(view with { At = null });
        if (shown.TryGetValue(view.ClusterId, out var last) && last.Text == text && view.At - last.At <= DateEvery)
        {
            return false;
        }

        await board.WriteAsync(view);
        shown[view.ClusterId] = (view.At!.Value, text);
        return true;
    }

    private async Task SweepAsync(PanelDb db, string cluster, AdmissionReport report, CancellationToken cancellation)
    {
        var all = report.Holders.Select(holder => holder.Slot).Concat(report.Waiters.Select(waiter => waiter.Wanted)).ToList();
        var jobs = all.Select(entry => entry.JobId).Distinct().ToList();
        if (jobs.Count == 0)
        {
            return;
        }

        var active = await db.Jobs.Where(job => jobs.Contains(job.Id) && job.FinishedAt == null).Select(job => job.Id).ToHashSetAsync(cancellation);
        foreach (var over in all.Where(entry => !active.Contains(entry.JobId)))
        {
            Log.LogInformation("Job {Job} is over; its slot for {Step} is free again", over.JobId, StepSlots.StepOf(over.Holder));
            await slots.ReleaseAsync(cluster, over.Holder, cancellation);
        }
    }
}
