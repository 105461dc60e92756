using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using MultiPanel.Contracts.Admission;
using MultiPanel.Contracts.Jobs;
using MultiPanel.Data;
using MultiPanel.Data.Jobs;
using MultiPanel.Hosting.Jobs;
using MultiPanel.Sagas.Admission;
using MultiPanel.Workers.Steps;

namespace MultiPanel.Workers.Admission;

/// <summary>Gets slots for steps, gives them back, and wakes those who got one that way.</summary>
public sealed class StepSlots(IAdmission admission, MessageSender dispatcher, PanelDatabase database)
{
    /// <returns>0: granted. Otherwise the place in the line.</returns>
    public async Task<int> AskAsync(AdmissionRequest request, CancellationToken cancellation)
    {
        while (true)
        {
            var decision = await admission.RequestAsync(request, cancellation);
            switch (decision.Outcome)
            {
                case AdmissionOutcome.Granted:
                    return 0;
                case AdmissionOutcome.Waiting:
                    return Math.Max(1, decision.Position);
                default:
                    await RestoreAsync(request.Cluster, cancellation);
                    break;
            }
        }
    }

    public async Task ReleaseAsync(string cluster, string holder, CancellationToken cancellation) =>
        await WakeAsync(cluster, await admission.ReleaseAsync(cluster, holder, cancellation), cancellation);

    /// <summary>Of a job that is over: a step that failed or was cancelled in line may still stand there.</summary>
    public async Task ReleaseAllAsync(Job job, CancellationToken cancellation)
    {
        if (job is { ClusterId: not null, Status: not JobStatus.Succeeded })
        {
            foreach (var step in job.Steps)
            {
                await ReleaseAsync(Cluster(job), Holder(job.Id, step.Name), cancellation);
            }
        }
    }

    /// <summary>A slot that stands in the row of a job is not lost, however long nobody could renew its lease.</summary>
    public async Task ExpireAsync(string cluster, CancellationToken cancellation)
    {
        await RenewAsync(cluster, [.. (await HeldAsync(cluster, cancellation)).Select(slot => slot.Holder)], cancellation);
        await WakeAsync(cluster, await admission.ExpireAsync(cluster, cancellation), cancellation);
    }

    public Task RenewAsync(string cluster, IReadOnlyCollection<string> holders, CancellationToken cancellation) =>
        admission.RenewAsync(cluster, holders, cancellation);

    public async Task SetLimitsAsync(string cluster, AdmissionLimits limits, CancellationToken cancellation) =>
        await WakeAsync(cluster, await admission.SetLimitsAsync(cluster, limits, cancellation), cancellation);

    /// <summary>Proxmox was overcharged there: less of that class on that node for a while.</summary>
    public Task SlowDownAsync(AdmissionRequest slot, CancellationToken cancellation) =>
        admission.SlowDownAsync(slot.Cluster, slot.Node, slot.Class, cancellation);

    /// <summary>It went well there: a lowered limit rises by one.</summary>
    public async Task SpeedUpAsync(AdmissionRequest slot, CancellationToken cancellation) =>
        await WakeAsync(slot.Cluster, await admission.SpeedUpAsync(slot.Cluster, slot.Node, slot.Class, cancellation), cancellation);

    public static string Holder(Guid job, string step) => $"{job}/{step}";

    public static string StepOf(string holder) => holder[(holder.IndexOf('/', StringComparison.Ordinal) + 1)..];

    /// <returns>Null: the platform's own.</returns>
    public static int? CompanyOf(string company) =>
        int.TryParse(company, System.Globalization.CultureInfo.InvariantCulture, out var id) ? id : null;

    public static AdmissionRequest Request(Job job, string step, string commandQueue, Slot slot) => new()
    {
        Holder = Holder(job.Id, step),
        JobId = job.Id,
        Cluster = Cluster(job),
        Node = slot.Node,
        Storage = slot.Storage,
        Class = slot.Class,
        Priority = job.Priority,
        Company = job.CompanyId?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "platform",
        Resume = commandQueue,
    };

    public static string Cluster(Job job) => job.ClusterId?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "none";

    private async Task WakeAsync(string cluster, AdmissionGrants grants, CancellationToken cancellation)
    {
        foreach (var grant in grants)
        {
            var command = Activator.CreateInstance(JobMessages.Type(grant.Resume), grant.JobId)!;
            await dispatcher.SendAsync(grant.Resume, command, cancellation);
        }

        if (grants.Restore)
        {
            await RestoreAsync(cluster, cancellation);
        }
    }

    /// <summary>Redis was emptied: what runs is counted anew from the rows of the jobs.</summary>
    private async Task RestoreAsync(string cluster, CancellationToken cancellation)
    {
        await using var db = database.OpenAll();
        var id = Id(cluster);
        if ((await db.Clusters.AsNoTracking().SingleOrDefaultAsync(c => c.Id == id, cancellation))?.Limits is { } limits)
        {
            await admission.SetLimitsAsync(cluster, limits, cancellation);
        }

        await WakeAsync(cluster, await admission.RestoreAsync(cluster, await HeldAsync(cluster, cancellation), cancellation), cancellation);
    }

    /// <summary>The slots in the rows of jobs that are not over.</summary>
    private async Task<IReadOnlyList<AdmissionRequest>> HeldAsync(string cluster, CancellationToken cancellation)
    {
        await using var db = database.OpenAll();
        var id = Id(cluster);
        var slots = await db.Jobs
            .Where(job => job.ClusterId == id && job.Slot != null && (job.Status == JobStatus.Running || job.Status == JobStatus.Cancelling))
            .Select(job => job.Slot!)
            .ToListAsync(cancellation);
        return slots.ConvertAll(slot => JsonSerializer.Deserialize<AdmissionRequest>(slot)!);
    }

    private static int? Id(string cluster) => int.TryParse(cluster, System.Globalization.CultureInfo.InvariantCulture, out var id) ? id : null;
}
