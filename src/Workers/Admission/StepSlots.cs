using System.Globalization;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using MultiPanel.Contracts.Admission;
using MultiPanel.Contracts.Jobs;
using MultiPanel.Data;
using MultiPanel.Data.Jobs;
using MultiPanel.Hosting.Jobs;
using MultiPanel.Progress;
using MultiPanel.Sagas.Admission;
using StackExchange.Redis;

namespace MultiPanel.Workers.Admission;

/// <summary>Gets slots for steps, gives them back, and wakes those who got one that way.</summary>
public sealed class StepSlots(IAdmission admission, MessageSender sender, PanelDatabase database)
{
    /// <returns>0: granted. Otherwise the place in the line.</returns>
    public async Task<int> AskAsync(AdmissionRequest request, CancellationToken cancellation)
    {
        var decision = await admission.RequestAsync(request, cancellation);
        while (decision.Outcome == AdmissionOutcome.Restore)
        {
            await RestoreAsync(request.Cluster, cancellation);
            decision = await admission.RequestAsync(request, cancellation);
        }

        return decision.Outcome == AdmissionOutcome.Granted ? 0 : Math.Max(1, decision.Position);
    }

    /// <summary><see cref="AskAsync"/> as a script, to be run together with others; <see cref="PlaceAsync"/> reads its answer.</summary>
    public ScriptCall Asking(AdmissionRequest request) => admission.Request(request);

    /// <inheritdoc cref="AskAsync"/>
    public async Task<int> PlaceAsync(AdmissionRequest request, RedisResult answer, CancellationToken cancellation)
    {
        var decision = admission.Decision(answer);
        return decision.Outcome switch
        {
            AdmissionOutcome.Granted => 0,
            AdmissionOutcome.Waiting => Math.Max(1, decision.Position),
            _ => await AskAsync(request, cancellation),
        };
    }

    /// <summary>Gives back what these steps hold, or takes them out of the line; <see cref="WakeAsync(string, IEnumerable{RedisResult}, CancellationToken)"/> reads the answers.</summary>
    /// <param name="wentWell">A slot in which a task succeeded: a lowered limit rises there by one.</param>
    public IEnumerable<ScriptCall> Releasing(Job job, IEnumerable<JobStep> steps, AdmissionRequest? wentWell)
    {
        if (job.ClusterId is null)
        {
            yield break;
        }

        if (wentWell is not null)
        {
            yield return admission.SpeedUp(wentWell.Cluster, wentWell.Node, wentWell.Class);
        }

        foreach (var step in steps.Where(step => step.Status != StepStatus.Skipped || step.InLineSince is not null || step.Node is not null))
        {
            yield return admission.Release(Cluster(job), Holder(job.Id, step.Name));
        }
    }

    /// <summary>Wakes those who got a slot by <see cref="Releasing"/>.</summary>
    public async Task WakeAsync(string cluster, IEnumerable<RedisResult> answers, CancellationToken cancellation)
    {
        foreach (var answer in answers)
        {
            await WakeAsync(cluster, admission.Grants(answer), cancellation);
        }
    }

    public async Task ReleaseAsync(string cluster, string holder, CancellationToken cancellation) =>
        await WakeAsync(cluster, await admission.ReleaseAsync(cluster, holder, cancellation), cancellation);

    /// <summary>Slots that stand in the rows of jobs are not lost, however long their leases could not be renewed.</summary>
    public async Task ExpireAsync(CancellationToken cancellation)
    {
        var held = (await HeldAsync(null, cancellation)).ToLookup(slot => slot.Cluster, slot => slot.Holder);
        await using var db = database.OpenAll();
        foreach (var id in await db.Clusters.Select(cluster => cluster.Id).ToListAsync(cancellation))
        {
            var cluster = id.ToString(CultureInfo.InvariantCulture);
            await RenewAsync(cluster, [.. held[cluster]], cancellation);
            await WakeAsync(cluster, await admission.ExpireAsync(cluster, cancellation), cancellation);
        }
    }

    public Task RenewAsync(string cluster, IReadOnlyCollection<string> holders, CancellationToken cancellation) =>
        admission.RenewAsync(cluster, holders, cancellation);

    public async Task SetLimitsAsync(string cluster, AdmissionLimits limits, CancellationToken cancellation) =>
        await WakeAsync(cluster, await admission.SetLimitsAsync(cluster, limits, cancellation), cancellation);

    /// <summary>Proxmox was overcharged there: less of that class on that node for a while.</summary>
    public Task SlowDownAsync(AdmissionRequest slot, CancellationToken cancellation) =>
        admission.SlowDownAsync(slot.Cluster, slot.Node, slot.Class, cancellation);

    public static string Holder(Guid job, string step) => $"{job}/{step}";

    public static string StepOf(string holder) => holder[(holder.IndexOf('/', StringComparison.Ordinal) + 1)..];

    /// <returns>Null: the platform's own.</returns>
    public static int? CompanyOf(string company) =>
        int.TryParse(company, CultureInfo.InvariantCulture, out var id) ? id : null;

    public static AdmissionRequest Request(Job job, string step, string commandQueue, Slot slot) => new()
    {
        Holder = Holder(job.Id, step),
        JobId = job.Id,
        Cluster = Cluster(job),
        Node = slot.Node,
        Storage = slot.Storage,
        Class = slot.Class,
        Priority = job.Priority,
        Company = job.CompanyId?.ToString(CultureInfo.InvariantCulture) ?? "platform",
        Resume = commandQueue,
    };

    public static string Cluster(Job job) => job.ClusterId?.ToString(CultureInfo.InvariantCulture) ?? "none";

    private async Task WakeAsync(string cluster, SlotGrants grants, CancellationToken cancellation)
    {
        foreach (var grant in grants)
        {
            await sender.SendAsync(grant.Resume, JobMessages.StepCommand(grant.Resume, grant.JobId), cancellation);
        }

        if (grants.Restore)
        {
            await RestoreAsync(cluster, cancellation);
        }
    }

    /// <summary>Redis was emptied: what runs is counted again from the rows of the jobs.</summary>
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

    /// <summary>The slots in the rows of open jobs.</summary>
    /// <param name="cluster">Null: of all clusters, in one query.</param>
    private async Task<IReadOnlyList<AdmissionRequest>> HeldAsync(string? cluster, CancellationToken cancellation)
    {
        await using var db = database.OpenAll();
        var id = cluster is null ? null : Id(cluster);
        var slots = await db.Jobs
            .Where(job => (job.Status == JobStatus.Running || job.Status == JobStatus.Cancelling) && job.Slot != null && (cluster == null || job.ClusterId == id))
            .Select(job => job.Slot!)
            .ToListAsync(cancellation);
        return slots.ConvertAll(slot => JsonSerializer.Deserialize<AdmissionRequest>(slot)!);
    }

    private static int? Id(string cluster) => int.TryParse(cluster, CultureInfo.InvariantCulture, out var id) ? id : null;
}
