using Microsoft.EntityFrameworkCore;
using MultiPanel.Contracts.Jobs;
using MultiPanel.Contracts.Orphans;
using MultiPanel.Contracts.Vms;
using MultiPanel.Data;
using MultiPanel.Data.Clusters;
using MultiPanel.Data.Jobs;
using MultiPanel.Data.Orphans;
using MultiPanel.Data.Vms;
using MultiPanel.Hosting.Vms;
using MultiPanel.Proxmox;
using MultiPanel.Proxmox.Errors;
using MultiPanel.Proxmox.Sight;
using MultiPanel.Workers.Cloning;
using MultiPanel.Workers.Steps;
using MultiPanel.Workers.Vms;

namespace MultiPanel.Workers.Orphans;

/// <summary>
/// Finds where one cluster and the panel disagree, and lists it. It changes nothing in Proxmox, and in the panel only
/// this: a reservation whose job has ended and whose VM Proxmox says does not exist is given up. What cannot be seen now
/// stays as it was. How often a round asks the database does not depend on how much it finds.
/// </summary>
public sealed class OrphanFinder(PanelDb db, Cluster cluster, PveClient pve, OrphanRows orphans, string installation, DateTime now)
{
    /// <summary>Each look costs a call or two. They are drawn at random each round, so that all get their turn.</summary>
    private const int LooksARound = 20;

    /// <summary>A job that has just ended may still be about to write its VM's row.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(30);

    private int looks;

    /// <summary>VMs that the panel does not know: those with our marker are orphans, the others may get a row.</summary>
    /// <returns>The VMIDs that may get a row.</returns>
    public async Task<HashSet<int>> FindStrangersAsync(IReadOnlyCollection<ListedVm> listed, IReadOnlyList<Vm> rows, CancellationToken cancellation)
    {
        var known = rows.Select(vm => vm.Vmid).ToHashSet();
        var (plain, marked) = (new HashSet<int>(), new List<(VmSight Sight, ListedVm Vm, int Owner, Guid Job)>());
        // A VM that is being made shows whose it is once it is made.
        foreach (var stranger in InTurn(listed.Where(vm => !known.Contains(vm.VmId) && !vm.IsBeingMade)).OrderBy(vm => !MayBeOurs(vm)))
        {
            if (cluster.SeenAt is null && !MayBeOurs(stranger))
            {
                plain.Add(stranger.VmId);
            }
            else if (orphans.Find(stranger.VmId) is { Kind: OrphanKind.VmWithoutOwner } orphan)
            {
                orphans.See(orphan, orphan.Kind, stranger.Node, stranger.Name ?? orphan.Name, orphan.OwnerId, orphan.Message);
            }
            else if (await LookAsync(stranger.VmId, stranger.Node, cancellation, configOnly: true) is Sighting<VmSight>.Exists { Value: var sight })
            {
                if (sight.Config.Lock is "clone" or "create")
                {
                    continue;
                }

                if (Marker.Read(sight.Config) is not { } marker)
                {
                    plain.Add(stranger.VmId);
                }
                else if (marker.Installation is null || marker.Installation == installation)
                {
                    marked.Add((sight, stranger, marker.Vm, marker.Job));
                }

                // Else another panel is making it; its tags will say so in the list.
            }
            else if (!MayBeOurs(stranger))
            {
                plain.Add(stranger.VmId);
            }
        }

        await ListMarkedAsync(marked, cancellation);
        foreach (var orphan in orphans.Unseen(OrphanKind.VmWithoutOwner))
        {
            if (known.Contains(orphan.Vmid) || await IsGoneAsync(orphan.Vmid, orphan.Node, cancellation))
            {
                orphans.Settle(orphan);
            }
        }

        return plain;
    }

    /// <summary>Rows of ours whose VM is not in the list.</summary>
    /// <param name="anothers">VMIDs that the list shows as those of another panel's VMs.</param>
    /// <param name="others">VMIDs that hold another VM than the row's.</param>
    /// <param name="unsure">VMIDs that may.</param>
    public async Task FindMissingAsync(
        IReadOnlyList<Vm> missing, IReadOnlySet<int> anothers, IReadOnlySet<int> others, IReadOnlySet<int> unsure, CancellationToken cancellation)
    {
        var gone = missing.Where(vm => anothers.Contains(vm.Vmid!.Value) || others.Contains(vm.Vmid.Value)).ToList();
        foreach (var vm in InTurn(missing.Except(gone)))
        {
            if (await IsGoneAsync(vm.Vmid!.Value, vm.Node, cancellation))
            {
                gone.Add(vm);
            }
        }

        var worked = await db.WorkedOnAsync([.. gone.Select(vm => vm.Id)], cancellation);
        var makers = await db.MakersAsync([.. gone.Select(vm => vm.CreatedByJob).OfType<Guid>()], cancellation);
        foreach (var vm in gone.Where(vm => !worked.Contains(vm.Id) && !IsBeingUndone(vm, makers)))
        {
            var taken = anothers.Contains(vm.Vmid!.Value) ? "a VM that another panel manages" : others.Contains(vm.Vmid.Value) ? "another VM" : null;
            orphans.List(OrphanKind.OwnerWithoutVm, vm, taken is not null
                ? $"The panel has VM {vm.Name}, but in cluster {cluster.Name} its VMID {vm.Vmid} is that of {taken}. "
                    + "Delete it here: that removes the panel's row and leaves the VM in Proxmox alone."
                : $"The panel has VM {vm.Name}, but cluster {cluster.Name} has no VM with its VMID {vm.Vmid}. "
                    + "If it was deleted in Proxmox on purpose, delete it here too.");
        }

        var unseen = orphans.Unseen(OrphanKind.OwnerWithoutVm);
        var owners = await db.ExistingAsync([.. unseen.Select(orphan => orphan.OwnerId).OfType<int>()], cancellation);
        foreach (var orphan in unseen)
        {
            if (orphan.OwnerId is not { } owner || !owners.Contains(owner)
                || (!anothers.Contains(orphan.Vmid) && !others.Contains(orphan.Vmid) && !unsure.Contains(orphan.Vmid)
                    && await LookAsync(orphan.Vmid, orphan.Node, cancellation) is Sighting<VmSight>.Exists))
            {
                orphans.Settle(orphan);
            }
        }
    }

    /// <summary>
    /// Rows whose job ended without success: what it made is still there, or nothing was made. While the job's undo waits for
    /// Proxmox, the row is the undo's: it is what the undo goes on from.
    /// </summary>
    /// <returns>The VMIDs of those rows, also of those whose undo waits.</returns>
    public async Task<IReadOnlyList<int>> FindUnfinishedAsync(CancellationToken cancellation)
    {
        var before = now - Grace;
        var ended = db.Jobs.Where(job => (job.Status == JobStatus.Failed || job.Status == JobStatus.Cancelled) && job.FinishedAt < before);
        var left = await db.Vms.AsNoTracking()
            .Where(vm => vm.ClusterId == cluster.Id && ended.Any(job => job.Id == vm.CreatedByJob))
            .ToListAsync(cancellation);
        var makers = await db.MakersAsync([.. left.Select(vm => vm.CreatedByJob!.Value)], cancellation);
        var unfinished = left.FindAll(vm => !IsBeingUndone(vm, makers));
        var seen = new List<(Vm Vm, Sighting<VmSight>? Sight)>();
        foreach (var vm in InTurn(unfinished))
        {
            seen.Add((vm, vm.Vmid is { } vmid ? await LookAsync(vmid, vm.Node, cancellation) : new Sighting<VmSight>.Gone()));
        }

        var givenUp = new List<int>();
        foreach (var (vm, sight) in seen)
        {
            var mayHaveBegun = Maker(vm, makers) is not { } maker || CloneTask.MayHaveBegun(maker);
            if (IsMarked(sight, vm) || (IsBeingMade(sight) && mayHaveBegun))
            {
                orphans.List(OrphanKind.Unfinished, vm, $"Job {vm.CreatedByJob} failed or was cancelled and has left VM {vm.Name} (VMID {vm.Vmid}) behind. "
                    + $"Delete it. If that does not work, run this as root on its node: {Removal.Advice(vm.Vmid!.Value, IsLocked(sight), IsProtected(sight))}");
            }
            else if (sight is Sighting<VmSight>.Unknown { Why: PveHiddenException } && mayHaveBegun)
            {
                orphans.List(OrphanKind.Unfinished, vm, $"Job {vm.CreatedByJob} failed or was cancelled. {HiddenVm.Advice(vm)}.");
            }
            else if ((sight is Sighting<VmSight>.Exists or Sighting<VmSight>.Gone || !mayHaveBegun) && vm.Status == VmStatus.Provisioning)
            {
                givenUp.Add(vm.Id);
            }
        }

        if (givenUp.Count > 0)
        {
            await db.Vms.Where(row => givenUp.Contains(row.Id) && row.Status == VmStatus.Provisioning && ended.Any(job => job.Id == row.CreatedByJob))
                .ExecuteDeleteAsync(cancellation);
        }

        var owners = unfinished.Select(vm => vm.Id).ToHashSet();
        foreach (var orphan in orphans.Unseen(OrphanKind.Unfinished).Where(orphan => orphan.OwnerId is not { } owner || !owners.Contains(owner)))
        {
            orphans.Settle(orphan);
        }

        return [.. left.Select(vm => vm.Vmid).OfType<int>()];
    }

    private static bool IsMarked(Sighting<VmSight>? sight, Vm vm) =>
        sight is Sighting<VmSight>.Exists { Value.Config: var config } && vm.CreatedByJob is { } job && Marker.IsOn(config, vm.Id, job);

    private static bool IsLocked(Sighting<VmSight>? sight) => sight is Sighting<VmSight>.Exists { Value.Config.Lock: not null };

    private static bool IsProtected(Sighting<VmSight>? sight) => sight is Sighting<VmSight>.Exists { Value.Config.Protected: true };

    private static Job? Maker(Vm vm, IReadOnlyDictionary<Guid, Job> makers) => vm.CreatedByJob is { } job ? makers.GetValueOrDefault(job) : null;

    /// <summary>It could not be removed yet, and will be by its own undo.</summary>
    private static bool IsBeingUndone(Vm vm, IReadOnlyDictionary<Guid, Job> makers) => Maker(vm, makers)?.UndoIsPending() == true;

    private static bool IsBeingMade(Sighting<VmSight>? sight) => sight is Sighting<VmSight>.Exists { Value.Config.Lock: "clone" or "create" };

    /// <summary>What can never be seen must not keep the rest from being looked at.</summary>
    private IEnumerable<T> InTurn<T>(IEnumerable<T> all)
    {
        looks = 0;
        return all.OrderBy(_ => Random.Shared.Next());
    }

    /// <summary>Tags are set a moment after the clone; when a cluster is read for the first time nothing is that young.</summary>
    private bool MayBeOurs(ListedVm vm) =>
        vm.Tags.Contains(Marker.Tag) || (cluster.SeenAt is not null && vm.VmId >= cluster.VmidFrom && vm.VmId <= cluster.VmidTo);

    /// <returns>Null: this round has looked at enough already, so it is as unknown as what cannot be seen.</returns>
    private async Task<Sighting<VmSight>?> LookAsync(int vmid, string? node, CancellationToken cancellation, bool configOnly = false) => ++looks > LooksARound
        ? null
        : configOnly ? await pve.ObserveConfigAsync(vmid, node, cancellation) : await pve.ObserveVmAsync(vmid, node, cancellation);

    private async Task<bool> IsGoneAsync(int vmid, string? node, CancellationToken cancellation) =>
        await LookAsync(vmid, node, cancellation) is Sighting<VmSight>.Gone;

    private async Task ListMarkedAsync(IReadOnlyList<(VmSight Sight, ListedVm Vm, int Owner, Guid Job)> marked, CancellationToken cancellation)
    {
        var companies = await db.CompaniesAsync([.. marked.Select(vm => vm.Job)], cancellation);
        foreach (var (sight, vm, owner, job) in marked)
        {
            orphans.Add(new Orphan
            {
                Kind = OrphanKind.VmWithoutOwner,
                ClusterId = cluster.Id,
                Vmid = vm.VmId,
                Node = sight.Node,
                Name = sight.Config.Name,
                OwnerId = owner,
                JobId = job,
                CompanyId = companies.GetValueOrDefault(job),
                Uuid = VmFacts.Uuid(sight.Config),
                Message = $"VM {sight.Config.Name} (VMID {vm.VmId}) carries the panel's marker, but the panel has no such VM. Adopt it, or delete it.",
                FoundAt = now,
                SeenAt = now,
            });
        }
    }
}
