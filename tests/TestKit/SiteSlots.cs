using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using MultiPanel.Contracts.Admission;
using MultiPanel.Contracts.Jobs;
using MultiPanel.Contracts.VmOperations;
using MultiPanel.Data.Jobs;
using MultiPanel.Progress;
using MultiPanel.Sagas.Admission;
using NUnit.Framework;

namespace MultiPanel.TestKit;

/// <summary>The slots of a site's first cluster.</summary>
public static class SiteSlots
{
    /// <summary>Takes all slots of a class on a node but some, as jobs of another company would.</summary>
    /// <returns>Their holders, for <see cref="GiveBackAsync"/>.</returns>
    public static async Task<IReadOnlyList<string>> TakeSlotsAsync(this Site site, string @class, string node, int allBut = 0)
    {
        var admission = site.Services.GetRequiredService<IAdmission>();
        var count = AdmissionLimits.Default.For(@class).PerNode - allBut;
        var jobs = await AddJobsAsync(site, count);
        var holders = jobs.Select(job => $"{job}/task").ToList();
        await admission.RestoreAsync(Name(site), [], default);
        foreach (var holder in holders)
        {
            var decision = await admission.RequestAsync(new AdmissionRequest
            {
                Holder = holder,
                JobId = Guid.Parse(holder.Split('/')[0]),
                Cluster = Name(site),
                Node = node,
                Class = @class,
                Priority = JobPriority.Operator,
                Company = "anna",
                Resume = "run-vm-task",
            }, default);
            Assert.That(decision.Outcome, Is.EqualTo(AdmissionOutcome.Granted));
        }

        return holders;
    }

    /// <summary>Gives slots back and wakes those who got one by that.</summary>
    public static async Task GiveBackAsync(this Site site, IEnumerable<string> holders)
    {
        var slots = site.Services.GetRequiredService<MultiPanel.Workers.Admission.StepSlots>();
        foreach (var holder in holders)
        {
            await slots.ReleaseAsync(Name(site), holder, default);
        }
    }

    public static Task<AdmissionReport> SlotsAsync(this Site site) => site.Services.GetRequiredService<IAdmission>().ReportAsync(Name(site), default);

    /// <summary>Jobs of another company that run until tomorrow: their commands are not sent.</summary>
    private static async Task<IReadOnlyList<Guid>> AddJobsAsync(Site site, int count)
    {
        await using var db = site.Database.OpenAll();
        var jobs = Enumerable.Range(0, count).Select(_ => new JobDraft
        {
            Kind = VmAction.Start.Kind(),
            RequestedByName = "anna",
            ClusterId = site.Cluster.Id,
            Target = new JobTarget("vm", null, "other"),
        }.Accept(DateTime.UtcNow, id => new OperateVm { JobId = id, Action = VmAction.Start })).ToList();
        jobs.ForEach(job => job.DispatchedAt = DateTime.UtcNow);
        db.Jobs.AddRange(jobs);
        await db.SaveChangesAsync();
        await site.Services.GetRequiredService<JobActivity>().TouchAsync([.. jobs.Select(job => job.Id)], TimeSpan.FromDays(1));
        return [.. jobs.Select(job => job.Id)];
    }

    private static string Name(Site site) => site.Cluster.Id.ToString(CultureInfo.InvariantCulture);
}
