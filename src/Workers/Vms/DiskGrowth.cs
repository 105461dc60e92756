using MultiPanel.Contracts.Jobs;
using MultiPanel.Data.Vms;
using MultiPanel.Proxmox.Qemu;
using MultiPanel.Workers.Steps;

namespace MultiPanel.Workers.Vms;

/// <summary>Which disk to grow.</summary>
public static class DiskGrowth
{
    /// <summary>What Proxmox calls G is 1024³ bytes.</summary>
    public static long Bytes(int gib) => gib * 1024L * 1024 * 1024;

    /// <param name="slot">Null: the one that the VM boots from, else the first.</param>
    public static async Task<QemuDisk> FindAsync(StepContext step, Vm vm, string? slot, CancellationToken cancellation)
    {
        var seen = await step.ObserveAsync(vm, cancellation)
            ?? throw new StepException(JobErrorCodes.VmNotFound, $"VMID {vm.Vmid} is no longer in cluster {step.Cluster.Name}.");
        var disks = InOrder(seen.Config).Where(disk => IsData(disk.Slot)).ToList();
        return (slot is null ? disks.FirstOrDefault() : disks.Find(disk => disk.Slot == slot))
            ?? throw new StepException(
                JobErrorCodes.InvalidParameter,
                $"VM {vm.Name} has no disk {slot}. It has: {string.Join(", ", disks.Select(disk => disk.Slot))}.");
    }

    /// <summary>All that take space, the one that grows first.</summary>
    public static List<VmDisk> Sizes(QemuConfig config) =>
        [.. InOrder(config).Select(disk => new VmDisk(disk.Slot, VmDisk.GibOf(disk.Size ?? 0)))];

    private static IEnumerable<QemuDisk> InOrder(QemuConfig config)
    {
        var boot = config.Raw.GetValueOrDefault("boot")?.Split('=', ';', ',') ?? [];
        return config.Disks.Values.Where(disk => disk is { IsCdrom: false, IsCloudInit: false })
            .OrderBy(disk => !IsData(disk.Slot))
            .ThenBy(disk => Array.IndexOf(boot, disk.Slot) is var place and >= 0 ? place : int.MaxValue)
            .ThenBy(disk => disk.Slot, StringComparer.Ordinal);
    }

    private static bool IsData(string slot) => !slot.StartsWith("efidisk", StringComparison.Ordinal)
        && !slot.StartsWith("tpmstate", StringComparison.Ordinal) && !slot.StartsWith("unused", StringComparison.Ordinal);
}
