using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using MultiPanel.Contracts.Bulk;
using MultiPanel.Contracts.Jobs;
using MultiPanel.Contracts.VmOperations;
using MultiPanel.Data.Jobs;
using MultiPanel.Data.Vms;
using MultiPanel.Hosting.Jobs;

namespace MultiPanel.TestKit;

/// <summary>The same for many VMs, as the API accepts it.</summary>
public static class SiteBulk
{
    /// <summary>A bulk job with a child for each VM, all committed at once.</summary>
    public static async Task<Job> BulkAsync(this Site site, IReadOnlyList<Vm> vms, VmAction action, bool send = true)
    {
        var parent = new JobDraft
        {
            Kind = "vm.bulk",
            RequestedByName = "test",
            Target = new JobTarget("vms", null, $"{vms.Count} VMs"),
        }.Accept(DateTime.UtcNow, id => new RunBulk { JobId = id });
        var children = vms.Select(vm => new JobDraft
        {
            Kind = action.Kind(),
            RequestedByName = "test",
            ClusterId = vm.ClusterId,
            ParentId = parent.Id,
            Target = new JobTarget("vm", vm.Id, vm.Name),
        }.Accept(DateTime.UtcNow, id => new OperateVm { JobId = id, Action = action })).ToList();
        var outbox = site.Services.GetRequiredService<CommandOutbox>();
        if (send)
        {
            outbox.Plan(parent);
            children.ForEach(outbox.Plan);
        }

        await using var db = site.Database.OpenAll();
        db.Jobs.AddRange([parent, .. children]);
        await db.SaveChangesAsync();
        if (send)
        {
            outbox.Enqueue(parent);
            children.ForEach(outbox.Enqueue);
        }

        return parent;
    }

    public static async Task<IReadOnlyList<Job>> ChildrenAsync(this Site site, Job parent)
    {
        await using var db = site.Database.OpenAll();
        return await db.Jobs.AsNoTracking().Where(job => job.ParentId == parent.Id).OrderBy(job => job.Id).ToListAsync();
    }
}
