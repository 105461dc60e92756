using Microsoft.EntityFrameworkCore;
using MultiPanel.Api.Http;
using MultiPanel.Contracts.Jobs;
using MultiPanel.Contracts.VmOperations;
using MultiPanel.Contracts.Vms;
using MultiPanel.Data;
using MultiPanel.Data.Vms;
using MultiPanel.Hosting.Vms;

namespace MultiPanel.Api.Vms;

/// <summary>
/// Whether linked clones keep a template from being deleted. One whose disks were moved, in Proxmox itself, does not; one that is being
/// made, or deleted by a job that waits, is not known to: then the job waits for that, and Proxmox decides.
/// </summary>
internal sealed class TemplateUse(PanelDb db, VmGlance glance)
{
    /// <summary>One that is seen to stand there is enough. Where none of so many does, the job goes on, and Proxmox decides about the others.</summary>
    private const int MostLooks = 3;

    private static readonly string Deletion = VmAction.Delete.Kind();

    /// <returns>Those that linked clones may stand on.</returns>
    public async Task<IReadOnlyList<Vm>> AmongAsync(IReadOnlyCollection<Vm> vms, CancellationToken cancellation)
    {
        var ids = vms.Select(vm => vm.Id).ToList();
        var used = await db.Vms.IgnoreQueryFilters().Where(clone => ids.Contains(clone.LinkedToId!.Value)).Select(clone => clone.LinkedToId!.Value).Distinct().ToListAsync(cancellation);
        return [.. vms.Where(vm => used.Contains(vm.Id))];
    }

    /// <param name="vm">What is to be deleted.</param>
    /// <param name="leaving">VMs that are deleted with it.</param>
    /// <param name="cancellation">Stops the request.</param>
    /// <returns>409, with the names of those that the caller may see; null: nothing that is known is against it.</returns>
    public async Task<ProblemException?> OfAsync(Vm vm, IReadOnlySet<int> leaving, CancellationToken cancellation)
    {
        var clones = db.Vms.IgnoreQueryFilters().AsNoTracking().Where(clone => clone.LinkedToId == vm.Id && clone.Status != VmStatus.Provisioning && !leaving.Contains(clone.Id))
            .Where(clone => !db.Jobs.IgnoreQueryFilters().Any(job => job.TargetType == "vm" && job.TargetId == clone.Id && job.FinishedAt == null && job.Kind == Deletion));
        foreach (var clone in await clones.OrderBy(clone => clone.Id).Take(MostLooks).ToListAsync(cancellation))
        {
            if (await glance.TakeAsync(clone, cancellation) is { } now && now.LinkedToId == vm.Id)
            {
                var ids = await clones.Select(one => one.Id).ToListAsync(cancellation);
                return Problems.Conflict(
                    JobErrorCodes.TemplateInUse, await LinkedClones.ExplainAsync(vm.Name, ids.Count, db.Vms.Where(one => ids.Contains(one.Id)), cancellation));
            }
        }

        return null;
    }
}
