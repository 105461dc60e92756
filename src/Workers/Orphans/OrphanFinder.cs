using Microsoft.EntityFrameworkCore;
using MultiPanel.Contracts.Jobs;
using MultiPanel.Contracts.Orphans;
using MultiPanel.Contracts.Vms;
using MultiPanel.Data;
using MultiPanel.Data.Clusters;
using MultiPanel.Data.Jobs;
using MultiPanel.Data.Orphans;
using MultiPanel.Data.Vms;
using MultiPanel.Proxmox;
using MultiPanel.Proxmox.Cluster;
using MultiPanel.Proxmox.Http;
using MultiPanel.Proxmox.Qemu;
using MultiPanel.Proxmox.Sight;
using MultiPanel.Workers.Cloning;
using MultiPanel.Workers.Vms;

namespace MultiPanel.Workers.Orphans;

/// <summary>
/// Finds where one cluster and the panel do not agree, and lists it. It changes nothing in Proxmox, and in the panel only
/// this: a reservation whose job is over and whose VM Proxmox says does not exist is given up. What cannot be seen now
/// stays as it was.
/// </summary>
public sealed class OrphanFinder(PanelDb db, Cluster cluster, PveClient pve, DateTime now)
{
    /// <summary>Each look costs a call or two. Which ones are looked at is drawn anew each cycle: the others' turn comes.</summary>
    private const int LooksACycle = 20;

    /// <summary>A job just over may still be about to write its VM's row.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(30);

    private readonly List<Orphan> listed = [];
    private int looks;

    /// <summary>VMs that the panel does not know: those with our marker are orphans, the others may be taken in.</summary>
    /// <returns>The VMIDs that may be taken in.</returns>
    public async Task<HashSet<int>> StrangersAsync(IReadOnlyList<ClusterResource> resources, IReadOnlyList<Vm> rows, CancellationToken cancellation)
    {
        listed.AddRange(await db.Orphans.Where(orphan => orphan.ClusterId == cluster.Id).ToListAsync(cancellation));
        var known = rows.Select(vm => vm.Vmid).ToHashSet();
        var plain = new HashSet<int>();
        foreach (var stranger in InTurn(resources.Where(r => r is { Type: "qemu", VmId: not null } && !known.Contains(r.VmId))))
        {
            if (!MayBeOurs(stranger) || await IsPlainAsync(stranger, cancellation))
            {
                plain.Add(stranger.VmId!.Value);
            }
        }

        foreach (var orphan in Listed(OrphanKind.VmWithoutOwner))
        {
            if (known.Contains(orphan.Vmid) || await IsGoneAsync(orphan.Vmid, orphan.Node, cancellation))
            {
                Settle(orphan);
            }
        }

        return plain;
    }

    /// <summary>Rows of ours whose VM is not in the list.</summary>
    public async Task MissingAsync(IReadOnlyList<Vm> missing, CancellationToken cancellation)
    {
        foreach (var vm in InTurn(missing))
        {
            if (await IsGoneAsync(vm.Vmid!.Value, vm.Node, cancellation) && !await HasJobAsync(vm, cancellation))
            {
                List(OrphanKind.OwnerWithoutVm, vm, $"The panel has VM {vm.Name}, but cluster {cluster.Name} has no VMID {vm.Vmid}. "
                    + "If it was deleted in Proxmox on purpose, delete it here too.");
            }
        }

        foreach (var orphan in Listed(OrphanKind.OwnerWithoutVm))
        {
            if (!await db.Vms.AnyAsync(vm => vm.Id == orphan.OwnerId, cancellation)
                || await LookAsync(orphan.Vmid, orphan.Node, cancellation) is Sighting<VmSight>.Exists)
            {
                Settle(orphan);
            }
        }
    }

    /// <summary>Rows whose job is over without success: what it made is still there, or nothing was.</summary>
    public async Task UnfinishedAsync(CancellationToken cancellation)
    {
        var before = now - Grace;
        var over = db.Jobs.Where(job => (job.Status == JobStatus.Failed || job.Status == JobStatus.Cancelled) && job.FinishedAt < before);
        var left = await db.Vms.AsNoTracking()
            .Where(vm => vm.ClusterId == cluster.Id && over.Any(job => job.Id == vm.CreatedByJob))
            .ToListAsync(cancellation);
        foreach (var vm in InTurn(left))
        {
            var sight = vm.Vmid is { } vmid ? await LookAsync(vmid, vm.Node, cancellation) : new Sighting<VmSight>.Gone();
            if (sight is Sighting<VmSight>.Exists { Value.Config: var config } && (IsMarked(config, vm)
                || (config.Lock is "clone" or "create" && CloneTask.MayHaveBegun(await db.Jobs.AsNoTracking().SingleAsync(job => job.Id == vm.CreatedByJob, cancellation)))))
            {
                List(OrphanKind.Unfinished, vm, $"VM {vm.Name} (VMID {vm.Vmid}) was left by job {vm.CreatedByJob}, which did not succeed. "
                    + $"Delete it; if it is locked, root@pam must first do on its node: qm unlock {vm.Vmid}.");
            }
            else if (sight is Sighting<VmSight>.Exists or Sighting<VmSight>.Gone && vm.Status == VmStatus.Provisioning)
            {
                await db.Vms.Where(row => row.Id == vm.Id && row.Status == VmStatus.Provisioning && over.Any(job => job.Id == row.CreatedByJob))
                    .ExecuteDeleteAsync(cancellation);
            }
        }

        foreach (var orphan in Listed(OrphanKind.Unfinished).Where(orphan => left.TrueForAll(vm => vm.Id != orphan.OwnerId)))
        {
            Settle(orphan);
        }
    }

    /// <summary>What can never be seen must not keep the rest from being looked at.</summary>
    private IEnumerable<T> InTurn<T>(IEnumerable<T> all)
    {
        looks = 0;
        return all.OrderBy(_ => Random.Shared.Next());
    }

    /// <summary>Tags are set a moment after the clone; at the first sight of a cluster nothing is that young.</summary>
    private bool MayBeOurs(ClusterResource resource) =>
        resource.Tags.Contains(Marker.Tag) || (cluster.SeenAt is not null && resource.VmId >= cluster.VmidFrom && resource.VmId <= cluster.VmidTo);

    /// <returns>False: it carries our marker, or was not to be seen.</returns>
    private async Task<bool> IsPlainAsync(ClusterResource resource, CancellationToken cancellation)
    {
        var vmid = resource.VmId!.Value;
        if (listed.Find(orphan => orphan.Vmid == vmid && orphan.Kind == OrphanKind.VmWithoutOwner) is { } orphan)
        {
            (orphan.SeenAt, orphan.Node, orphan.Name) = (now, resource.Node, resource.Name ?? orphan.Name);
            return false;
        }

        if (await LookAsync(vmid, resource.Node, cancellation) is not Sighting<VmSight>.Exists { Value: var seen })
        {
            return false;
        }

        if (seen.Config.Lock is "clone" or "create")
        {
            return false; // it is being made; whose it is shows when that is done
        }

        if (Marker.Read(seen.Config) is not { } marker)
        {
            return true;
        }

        var company = await db.Jobs.Where(job => job.Id == marker.Job).Select(job => job.CompanyId).SingleOrDefaultAsync(cancellation);
        Add(new Orphan
        {
            Kind = OrphanKind.VmWithoutOwner,
            ClusterId = cluster.Id,
            Vmid = vmid,
            Node = seen.Node,
            Name = seen.Config.Name,
            OwnerId = marker.Vm,
            JobId = marker.Job,
            CompanyId = company,
            Uuid = VmIdentity.Uuid(seen.Config),
            Message = $"VMID {vmid} ({seen.Config.Name}) carries the panel's marker, but the panel has no such VM. Adopt it, or delete it.",
            FoundAt = now,
            SeenAt = now,
        });
        return false;
    }

    /// <returns>Null: this round has looked at enough already, so it is as unknown as what cannot be seen.</returns>
    private async Task<Sighting<VmSight>?> LookAsync(int vmid, string? node, CancellationToken cancellation) =>
        ++looks > LooksACycle ? null : await pve.ObserveVmAsync(vmid, node, cancellation);

    private async Task<bool> IsGoneAsync(int vmid, string? node, CancellationToken cancellation) =>
        await LookAsync(vmid, node, cancellation) is Sighting<VmSight>.Gone;

    private static bool IsMarked(QemuConfig config, Vm vm) => vm.CreatedByJob is { } job && Marker.IsOn(config, vm.Id, job);

    private Task<bool> HasJobAsync(Vm vm, CancellationToken cancellation) =>
        db.Jobs.AnyAsync(job => job.TargetType == "vm" && job.TargetId == vm.Id && job.FinishedAt == null, cancellation);

    private void List(OrphanKind kind, Vm vm, string message)
    {
        if (listed.Find(orphan => orphan.Vmid == vm.Vmid) is { } known)
        {
            (known.Kind, known.SeenAt, known.OwnerId, known.Message) = (kind, now, vm.Id, message);
            return;
        }

        Add(new Orphan
        {
            Kind = kind,
            ClusterId = cluster.Id,
            Vmid = vm.Vmid!.Value,
            Node = vm.Node,
            Name = vm.Name,
            OwnerId = vm.Id,
            JobId = vm.CreatedByJob,
            CompanyId = vm.CompanyId,
            Uuid = vm.Uuid,
            Message = message,
            FoundAt = now,
            SeenAt = now,
        });
    }

    private void Add(Orphan orphan)
    {
        listed.Add(orphan);
        db.Orphans.Add(orphan);
    }

    private void Settle(Orphan orphan)
    {
        listed.Remove(orphan);
        db.Orphans.Remove(orphan);
    }

    /// <summary>Those that were not seen to be so in this round.</summary>
    private List<Orphan> Listed(OrphanKind kind) => listed.FindAll(orphan => orphan.Kind == kind && orphan.SeenAt != now);
}
