using Microsoft.EntityFrameworkCore;
using MultiPanel.Api.Http;
using MultiPanel.Contracts.Orphans;
using MultiPanel.Contracts.Vms;
using MultiPanel.Data;
using MultiPanel.Data.Orphans;
using MultiPanel.Data.Vms;

namespace MultiPanel.Api.Orphans;

/// <summary>
/// Gives a VM that carries our marker its row in the panel: the one that the marker names, where that id is free, so that
/// it counts as ours again; otherwise a row like that of any VM found in Proxmox, known by its uuid.
/// </summary>
internal sealed class Adoption(PanelDb db, TimeProvider clock)
{
    /// <summary>In the caller's transaction; the orphan is settled by it.</summary>
    /// <exception cref="ProblemException">409: this kind cannot be adopted, or it is settled already.</exception>
    public async Task<Vm> AdoptAsync(Orphan orphan, int? company, CancellationToken cancellation)
    {
        if (orphan.Kind == OrphanKind.OwnerWithoutVm)
        {
            throw Problems.Conflict(
                "not_adoptable", "Proxmox has no such VM any more, so there is nothing to adopt; delete it here, which removes its row.");
        }

        if (orphan.Kind == OrphanKind.Unfinished)
        {
            return await KeepAsync(orphan, company, cancellation);
        }

        if (!await db.Clusters.AnyAsync(cluster => cluster.Id == orphan.ClusterId, cancellation))
        {
            throw Problems.Conflict("cluster_gone", "Its cluster is no longer in the panel.");
        }

        var known = await db.Vms.SingleOrDefaultAsync(vm => vm.ClusterId == orphan.ClusterId && vm.Vmid == orphan.Vmid, cancellation);
        if (known?.CreatedByJob is not null)
        {
            throw Problems.Conflict("orphan_settled", $"VMID {orphan.Vmid} is the VM '{known.Name}' of the panel meanwhile.");
        }

        var vm = orphan is { OwnerId: { } owner, JobId: { } job } && await IsFreeAsync(owner, cancellation) && !await IsUsedAsync(known, cancellation)
            ? await MarkedAsync(orphan, known, owner, job, cancellation)
            : known ?? Row(orphan);
        vm.CompanyId = company ?? await CompanyAsync(orphan, cancellation);
        vm.Uuid = orphan.Uuid ?? vm.Uuid;
        if (db.Entry(vm).State == EntityState.Detached)
        {
            db.Vms.Add(vm);
        }

        db.Orphans.Remove(orphan);
        await db.SaveChangesAsync(cancellation);
        return vm;
    }

    /// <summary>What an unsuccessful job left becomes a VM like any found in Proxmox, known by its uuid.</summary>
    private async Task<Vm> KeepAsync(Orphan orphan, int? company, CancellationToken cancellation)
    {
        var vm = await db.Vms.SingleOrDefaultAsync(row => row.Id == orphan.OwnerId, cancellation);
        if (vm is null or { Status: VmStatus.Provisioning } || orphan.Uuid is null)
        {
            throw Problems.Conflict("not_adoptable", "It was never finished, so there is no VM to use; delete it here, which removes what its job has left.");
        }

        (vm.CreatedByJob, vm.Uuid, vm.CompanyId) = (null, orphan.Uuid, company ?? vm.CompanyId);
        db.Orphans.Remove(orphan);
        await db.SaveChangesAsync(cancellation);
        return vm;
    }

    /// <summary>The inventory may have listed it as a VM found in Proxmox; that row gives way.</summary>
    private async Task<Vm> MarkedAsync(Orphan orphan, Vm? known, int owner, Guid job, CancellationToken cancellation)
    {
        if (known is not null)
        {
            db.Vms.Remove(known);
            await db.SaveChangesAsync(cancellation);
        }

        var vm = Row(orphan);
        (vm.Id, vm.CreatedByJob) = (owner, job);
        return vm;
    }

    private async Task<bool> IsFreeAsync(int id, CancellationToken cancellation) => !await db.Vms.AnyAsync(vm => vm.Id == id, cancellation);

    /// <summary>Something refers to the row, so it keeps its id.</summary>
    private async Task<bool> IsUsedAsync(Vm? known, CancellationToken cancellation) => known is not null
        && (await db.Templates.AnyAsync(template => template.SourceId == known.Id, cancellation)
            || await db.Jobs.AnyAsync(job => job.TargetType == "vm" && job.TargetId == known.Id && job.FinishedAt == null, cancellation));

    private async Task<int?> CompanyAsync(Orphan orphan, CancellationToken cancellation) =>
        orphan.CompanyId is { } company && await db.Companies.AnyAsync(c => c.Id == company, cancellation) ? company : null;

    /// <summary>The inventory fills in the rest.</summary>
    private Vm Row(Orphan orphan) => new()
    {
        ClusterId = orphan.ClusterId,
        Vmid = orphan.Vmid,
        Name = orphan.Name ?? $"vm-{orphan.Vmid}",
        Node = orphan.Node,
        Status = VmStatus.Unknown,
        CreatedAt = clock.GetUtcNow().UtcDateTime,
    };
}
