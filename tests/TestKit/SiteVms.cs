using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using MultiPanel.Contracts.Cloning;
using MultiPanel.Contracts.Jobs;
using MultiPanel.Contracts.VmOperations;
using MultiPanel.Data.Jobs;
using MultiPanel.Data.Vms;
using MultiPanel.Progress;
using MultiPanel.Simulator;
using NUnit.Framework;

namespace MultiPanel.TestKit;

/// <summary>A site's VMs, as the panel knows them and as Proxmox has them.</summary>
public static class SiteVms
{
    /// <summary>A stopped VM of ours, a linked clone.</summary>
    public static async Task<Vm> MakeVmAsync(this Site site, string name = "web1", Func<CloneVm, CloneVm>? with = null)
    {
        var job = await site.CloneAsync(name: name, with: clone => (with?.Invoke(clone) ?? clone) with { Start = false });
        await site.SucceededAsync(job);
        return (await site.RowAsync(job.TargetId))!;
    }

    /// <summary>Does it and waits until it succeeded.</summary>
    public static async Task<Job> DoAsync(this Site site, Vm vm, VmAction action, Func<OperateVm, OperateVm>? with = null) =>
        await site.SucceededAsync(await site.OperateAsync(vm.Id, action, with));

    public static async Task<Job> SucceededAsync(this Site site, Job job)
    {
        var ended = await site.EndedAsync(job);
        Assert.That(ended.Status, Is.EqualTo(JobStatus.Succeeded), $"{ended.Kind}: {ended.Error} {ended.Error?.Detail}");
        return ended;
    }

    /// <summary>The VM's row; null: there is none.</summary>
    public static async Task<Vm?> RowAsync(this Site site, int? id)
    {
        await using var db = site.Database.OpenAll();
        return await db.Vms.AsNoTracking().SingleOrDefaultAsync(vm => vm.Id == id);
    }

    /// <summary>The VM in Proxmox; null: it is gone.</summary>
    public static SimulatedVm? InProxmox(this Site site, Vm vm) => site.Proxmox.Vm(vm.Vmid!.Value);

    /// <summary>The tasks of that type that Proxmox ran on the VM.</summary>
    public static IReadOnlyList<SimulatedTask> TasksOf(this Site site, Vm vm, string type) =>
        [.. site.Proxmox.Tasks.Where(task => task.Type == type && task.Id == $"{vm.Vmid}")];

    /// <summary>All that was reported of a job while it ran, as JSON texts.</summary>
    public static async Task<IReadOnlyList<string>> ReportedAsync(this Site site, Job job) =>
        [.. (await site.Services.GetRequiredService<JobReader>().EventsAsync(job.Id)).Select(reported => reported.Change)];
}
