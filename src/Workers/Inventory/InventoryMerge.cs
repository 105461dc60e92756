using MultiPanel.Contracts.Vms;
using MultiPanel.Data.Clusters;
using MultiPanel.Data.Vms;
using MultiPanel.Hosting.Vms;
using MultiPanel.Workers.Vms;

namespace MultiPanel.Workers.Inventory;

/// <summary>Compares the rows of one cluster with what it lists. Reads and writes nothing.</summary>
public static class InventoryMerge
{
    /// <summary>Two cycles of pvestatd: what a list says of a VM may be that old.</summary>
    private static readonly TimeSpan Lag = TimeSpan.FromSeconds(20);

    /// <summary>
    /// A VM that the list lacks, or lists as unknown, is of unknown status: it may be gone, or hidden, or its node is silent.
    /// </summary>
    /// <param name="rows">The rows of the listed VMIDs, and of others that should be listed.</param>
    /// <param name="plain">The VMIDs without a row that may get one.</param>
    /// <param name="others">The VMIDs that hold another VM than the row's; null: none.</param>
    /// <param name="unsure">The VMIDs that may; null: none.</param>
    public static InventoryChanges Compare(
        Cluster cluster, IReadOnlyCollection<ListedVm> listed, IReadOnlyList<Vm> rows, IReadOnlySet<int> plain, DateTime now,
        IReadOnlySet<int>? others = null, IReadOnlySet<int>? unsure = null)
    {
        var unlisted = rows.Where(row => row.Vmid is not null).ToDictionary(row => row.Vmid!.Value);
        var (added, changed, open) = (new List<Vm>(), new List<RowChange>(), new HashSet<int>());
        foreach (var vm in listed.Where(vm => others?.Contains(vm.VmId) != true))
        {
            if (!unlisted.Remove(vm.VmId, out var row))
            {
                if (plain.Contains(vm.VmId))
                {
                    added.Add(NewRow(cluster.Id, vm, now));
                }

                if (!vm.IsBeingMade)
                {
                    open.Add(vm.VmId); // until it has been seen with its row
                }
            }
            else if (IsBeingChanged(row, now) || unsure?.Contains(vm.VmId) == true)
            {
                open.Add(vm.VmId);
            }
            else if (Read(VmColumns.Of(row), vm, cluster.SeenAt, now) is var columns && columns != VmColumns.Of(row))
            {
                changed.Add(new RowChange(row, columns));
            }
        }

        List<Vm> missing = [.. unlisted.Values.Where(row => !IsBeingChanged(row, now))];
        changed.AddRange(missing.Where(row => row.Status != VmStatus.Unknown).Select(row => new RowChange(row, Unseen(VmColumns.Of(row), cluster.SeenAt))));
        open.UnionWith(unlisted.Keys);
        return new InventoryChanges { Added = added, Changed = changed, Missing = missing, Open = open };
    }

    /// <summary>A job works on it, or has just looked at it more closely than a list does.</summary>
    internal static bool IsBeingChanged(Vm row, DateTime now) =>
        row.Status is VmStatus.Provisioning or VmStatus.Deleting || row.ObservedAt > now - Lag;

    /// <summary>A VM that was not known: it is looked at once, at leisure, for what a list does not say.</summary>
    private static Vm NewRow(int cluster, ListedVm vm, DateTime now)
    {
        var name = vm.Name ?? $"vm-{vm.VmId}";
        var row = new Vm { ClusterId = cluster, Vmid = vm.VmId, Name = name, CreatedAt = now };
        Read(new VmColumns { Name = name, Status = VmStatus.Unknown }, vm, null, now).Give(row);
        row.GuestDueAt ??= now;
        return row;
    }

    /// <summary>
    /// The row as the list has it. A VM that is listed as unknown is there, on that node, and nobody has seen what it does: it
    /// keeps its other columns. The time is a new one only where something else is new, or was never seen: <see cref="VmSeen"/>.
    /// </summary>
    private static VmColumns Read(VmColumns known, ListedVm vm, DateTime? before, DateTime now)
    {
        var state = new VmState(vm.Status, vm.Lock);
        if (state.Status == VmStatus.Unknown)
        {
            return Unseen(known, before) with { Node = vm.Node };
        }

        var columns = WithDisk(known, vm.BootDisk) with
        {
            Name = vm.Name ?? known.Name,
            Node = vm.Node,
            Status = state.Status,
            QemuState = state.Detail,
            Lock = vm.Lock,
            Pool = vm.Pool,
            HaState = vm.HaState,
            Template = vm.Template,
            Tags = vm.Tags,
        };
        columns = ListedRun.Take(columns, known.Status, vm, renamed: columns.Name != known.Name, now);
        return columns == known && known.SeenAt is not null ? known : columns with { SeenAt = now };
    }

    /// <summary>It was last seen when the cluster's list was read before.</summary>
    private static VmColumns Unseen(VmColumns known, DateTime? before) =>
        known with { Status = VmStatus.Unknown, QemuState = null, SeenAt = VmSeen.At(known.Status, known.SeenAt, before) };

    /// <summary>A list gives the size of the boot disk alone: what a config has said of the others stays, and the boot disk may have grown.</summary>
    private static VmColumns WithDisk(VmColumns known, long? boot)
    {
        if (boot is not { } bytes)
        {
            return known;
        }

        var gb = VmDisk.GibOf(bytes);
        if (known.Disks is null)
        {
            return known with { DiskGb = gb };
        }

        if (known.Disks is not [var first, ..] || gb <= first.Gb)
        {
            return known;
        }

        IReadOnlyList<VmDisk> disks = [first with { Gb = gb }, .. known.Disks.Skip(1)];
        return known with { Disks = disks, DiskGb = VmDisk.Sum(disks) };
    }
}
