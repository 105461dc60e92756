using MultiPanel.Contracts.Vms;
using MultiPanel.Data;
using MultiPanel.Data.Templates;
using MultiPanel.Data.Vms;
using MultiPanel.Proxmox.Cluster;

namespace MultiPanel.Workers.Inventory;

/// <summary>Brings the rows of one cluster in line with what it lists.</summary>
public static class InventoryMerge
{
    /// <summary>Two cycles of pvestatd: what a list says of a VM may be that old.</summary>
    private static readonly TimeSpan Lag = TimeSpan.FromSeconds(20);

    /// <summary>A VM that the list lacks is of unknown status: it may be gone, or not to be seen just now.</summary>
    /// <param name="plain">The VMIDs without a row that may be taken in.</param>
    /// <returns>Those whose VM the list lacks, for somebody to make sure.</returns>
    public static IReadOnlyList<Vm> Merge(
        PanelDb db, int cluster, IReadOnlyList<ClusterResource> listed, IReadOnlyList<Vm> known, HashSet<int> plain, DateTime now)
    {
        var rows = known.Where(vm => vm.Vmid is not null).ToDictionary(vm => vm.Vmid!.Value);
        foreach (var resource in listed.Where(resource => resource is { Type: "qemu", VmId: not null }))
        {
            if (!rows.Remove(resource.VmId!.Value, out var vm))
            {
                if (!plain.Contains(resource.VmId.Value))
                {
                    continue;
                }

                vm = new Vm
                {
                    ClusterId = cluster,
                    Vmid = resource.VmId,
                    Name = resource.Name ?? $"vm-{resource.VmId}",
                    Status = VmStatus.Unknown,
                    CreatedAt = now,
                };
                db.Vms.Add(vm);
            }

            if (IsOpen(vm, now) && IsSame(vm, resource))
            {
                Take(vm, resource, now);
            }
        }

        foreach (var missing in rows.Values.Where(vm => IsOpen(vm, now)))
        {
            missing.Status = VmStatus.Unknown;
        }

        return [.. rows.Values.Where(vm => IsOpen(vm, now))];
    }

    /// <summary>No job has it in hand, and none has just looked at it more closely than a list does.</summary>
    private static bool IsOpen(Vm vm, DateTime now) =>
        vm.Status is not (VmStatus.Provisioning or VmStatus.Deleting) && !(vm.ObservedAt > now - Lag);

    /// <summary>One of ours has its tag or its name; what has neither is another VM on a VMID used again.</summary>
    private static bool IsSame(Vm vm, ClusterResource resource) =>
        vm.CreatedByJob is null || resource.Name is null || resource.Name == vm.Name || resource.Tags.Contains($"mp-vm-{vm.Id}");

    /// <summary>A new VM is listed without name and status for a cycle of pvestatd: what is known stays until then.</summary>
    private static void Take(Vm vm, ClusterResource resource, DateTime now)
    {
        vm.Node = resource.Node;
        if (resource.Status is null or "unknown")
        {
            vm.Status = vm.SeenAt is null ? VmStatus.Unknown : vm.Status;
            return;
        }

        vm.Name = resource.Name ?? vm.Name;
        vm.Status = resource.Status == "running" ? vm.Status == VmStatus.Paused ? VmStatus.Paused : VmStatus.Running
            : vm.Status == VmStatus.Suspended ? VmStatus.Suspended : VmStatus.Stopped;
        vm.Template = resource.Template;
        vm.Cores = resource.MaxCpu is { } cpus ? (int)cpus : vm.Cores;
        vm.MemoryMb = resource.MaxMem is { } memory ? (int)(memory / 1024 / 1024) : vm.MemoryMb;
        TakeDisk(vm, resource.MaxDisk);
        vm.Tags = [.. resource.Tags];
        vm.SeenAt = now;
    }

    /// <summary>A list says how large the boot disk is and knows no others: what a config has said stays, and the boot disk may have grown.</summary>
    private static void TakeDisk(Vm vm, long? boot)
    {
        if (boot is not { } bytes)
        {
            return;
        }

        var seen = VmDisk.GibOf(bytes);
        if (vm.Disks is null)
        {
            vm.DiskGb = seen;
        }
        else if (vm.Disks is [var first, ..] && seen > first.Gb)
        {
            vm.Disks = [first with { Gb = seen }, .. vm.Disks.Skip(1)];
            vm.DiskGb = VmDisk.Sum(vm.Disks);
        }
    }
}
