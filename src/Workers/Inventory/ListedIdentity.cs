using MultiPanel.Data.Vms;
using MultiPanel.Hosting.Vms;
using MultiPanel.Proxmox;
using MultiPanel.Proxmox.Sight;
using MultiPanel.Workers.Vms;

namespace MultiPanel.Workers.Inventory;

/// <summary>
/// Whether what is listed on a VMID is still the VM of its row: VMIDs are used again, and a row that a company owns must not show it
/// another's VM. A list has no uuid, so where its name and tags do not settle it, the config is looked at: <see cref="VmIdentity"/>.
/// </summary>
public sealed class ListedIdentity(PveClient pve, string installation)
{
    /// <summary>A call each. Those that differ are drawn at random each round, so that all get their turn.</summary>
    private const int LooksARound = 20;

    /// <summary>VMIDs that hold another VM than the row's.</summary>
    public HashSet<int> Others { get; } = [];

    /// <summary>VMIDs of which this round does not know.</summary>
    public HashSet<int> Unsure { get; } = [];

    /// <param name="rows">Of the listed VMIDs.</param>
    /// <param name="isKnownToDiffer">It was found to be another VM before, and is listed as it was then.</param>
    public async Task CheckAsync(
        IReadOnlyCollection<ListedVm> listed, IReadOnlyList<Vm> rows, Func<Vm, bool> isKnownToDiffer, DateTime now, CancellationToken cancellation)
    {
        var looks = 0;
        var byId = listed.ToDictionary(vm => vm.VmId);
        foreach (var row in rows.Where(row => !InventoryMerge.IsBeingChanged(row, now)).OrderBy(_ => Random.Shared.Next()))
        {
            if (!byId.TryGetValue(row.Vmid!.Value, out var vm) || IsSettled(row, vm))
            {
                continue;
            }

            if (isKnownToDiffer(row))
            {
                Others.Add(vm.VmId);
            }
            else if (++looks > LooksARound || await pve.ObserveConfigAsync(vm.VmId, vm.Node, cancellation) is not Sighting<VmSight>.Exists { Value: var seen })
            {
                Unsure.Add(vm.VmId);
            }
            else if (VmIdentity.WhyNot(row, seen, installation) is not null)
            {
                Others.Add(vm.VmId);
            }
        }
    }

    /// <summary>
    /// A row that nobody owns is that of whatever has its VMID. One of ours has its tag or its name; one that was given to a company has its
    /// name, unless its uuid was never seen.
    /// </summary>
    private static bool IsSettled(Vm row, ListedVm vm) => vm.Name is null || vm.Name == row.Name
        || (row.CreatedByJob is { } job ? vm.Tags.Contains(Marker.JobTag(job)) : row.CompanyId is null || row.Uuid is null);
}
