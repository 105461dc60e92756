using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using MultiPanel.Contracts.Cloning;
using MultiPanel.Contracts.Jobs;
using MultiPanel.Contracts.VmOperations;
using MultiPanel.Contracts.Vms;
using MultiPanel.Data.Jobs;
using MultiPanel.Data.Vms;
using MultiPanel.Hosting.Jobs;

namespace MultiPanel.TestKit;

/// <summary>What can be handed in at a site's door, written as the API writes it.</summary>
public static class SiteCommands
{
    /// <summary>Clones a template of the site's first cluster, or that one; the VM's row is there when this returns.</summary>
    public static async Task<Job> CloneAsync(
        this Site site, string template = "debian12", string name = "web1", Func<CloneVm, CloneVm>? with = null, int? company = null, bool send = true, Vm? of = null,
        int? requester = null)
    {
        await using var db = site.Database.OpenAll();
        var source = of ?? await db.Vms.FirstAsync(vm => vm.Name == template && vm.ClusterId == site.Cluster.Id);
        var vm = new Vm { ClusterId = source.ClusterId, Name = name, Status = VmStatus.Provisioning, CompanyId = company, CreatedAt = DateTime.UtcNow };
        db.Vms.Add(vm);
        await db.SaveChangesAsync();
        var job = new JobDraft
        {
            Kind = "vm.create",
            CompanyId = company,
            RequestedById = requester,
            RequestedByName = "test",
            ClusterId = source.ClusterId,
            Target = new JobTarget("vm", vm.Id, name),
        }.Accept(DateTime.UtcNow, id =>
        {
            var command = new CloneVm { JobId = id, SourceId = source.Id, Start = true };
            return with?.Invoke(command) ?? command;
        });
        vm.CreatedByJob = job.Id;
        Plan(site, job, send);
        db.Jobs.Add(job);
        await db.SaveChangesAsync();
        return Send(site, job, send);
    }

    /// <summary>Does something to the VM of that panel id.</summary>
    public static async Task<Job> OperateAsync(this Site site, int vmId, VmAction action, Func<OperateVm, OperateVm>? with = null, bool send = true)
    {
        await using var db = site.Database.OpenAll();
        var vm = await db.Vms.SingleAsync(row => row.Id == vmId);
        var job = new JobDraft
        {
            Kind = action.Kind(),
            CompanyId = vm.CompanyId,
            RequestedByName = "test",
            ClusterId = vm.ClusterId,
            Target = new JobTarget("vm", vm.Id, vm.Name),
        }.Accept(DateTime.UtcNow, id =>
        {
            var command = new OperateVm { JobId = id, Action = action };
            return with?.Invoke(command) ?? command;
        });
        Plan(site, job, send);
        db.Jobs.Add(job);
        await db.SaveChangesAsync();
        return Send(site, job, send);
    }

    /// <summary>The same command once more, as a broker or a reconciler may deliver it.</summary>
    public static Task RedeliverAsync(this Site site, Job job) =>
        site.Services.GetRequiredService<MessageSender>().SendAsync(job, CancellationToken.None);

    /// <summary>As the API's cancel does: first the row, then the saga.</summary>
    /// <returns>False: it can no longer be cancelled.</returns>
    public static async Task<bool> CancelAsync(this Site site, Job job)
    {
        await using var db = site.Database.OpenAll();
        var cancelled = await db.Jobs
            .Where(row => row.Id == job.Id && row.Cancellable && (row.Status == JobStatus.Queued || row.Status == JobStatus.Running))
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.Status, JobStatus.Cancelling).SetProperty(row => row.Revision, row => row.Revision + 1));
        if (cancelled == 0 && !await db.Jobs.AnyAsync(row => row.Id == job.Id && row.Status == JobStatus.Cancelling))
        {
            return false;
        }

        await site.Services.GetRequiredService<MessageSender>().SendAsync(job.Workflow, new CancelRequested(job.Id), CancellationToken.None);
        return true;
    }

    private static void Plan(Site site, Job job, bool send)
    {
        if (send)
        {
            site.Services.GetRequiredService<CommandOutbox>().Plan(job);
        }
    }

    private static Job Send(Site site, Job job, bool send)
    {
        if (send)
        {
            site.Services.GetRequiredService<CommandOutbox>().Enqueue(job);
        }

        return job;
    }
}
