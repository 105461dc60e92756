using System.Globalization;
using MultiPanel.Contracts.Jobs;
using MultiPanel.Data.Vms;
using MultiPanel.Hosting.Vms;
using MultiPanel.Proxmox.Qemu;
using MultiPanel.Workers.Steps;

namespace MultiPanel.Workers.Vms;

/// <summary>Which disk to grow. None is guessed: a disk that has grown never becomes smaller again.</summary>
public static class DiskGrowth
{
    /// <summary>What Proxmox calls G is 1024³ bytes.</summary>
    public static long Bytes(int gib) => gib * 1024L * 1024 * 1024;

    /// <param name="slot">Null: the one that the VM boots from, or its only one.</param>
    /// <exception cref="StepException">The VM is gone, has no such disk, or has several and does not say which it boots from.</exception>
    public static async Task<QemuDisk> FindAsync(StepContext step, Vm vm, string? slot, CancellationToken cancellation)
    {
        var seen = await step.ObserveConfigAsync(vm, cancellation)
            ?? throw new StepException(JobErrorCodes.VmNotFound, $"VMID {vm.Vmid} is no longer in cluster {step.Cluster.Name}.");
        step.RequireSame(vm, seen);
        return Find(seen.Config, slot, $"VM {vm.Name} (VMID {vm.Vmid})");
    }

    /// <param name="slot">Null: the one that it boots from, or its only one.</param>
    /// <param name="whose">The VM, as an error calls it.</param>
    /// <inheritdoc cref="FindAsync"/>
    public static QemuDisk Find(QemuConfig config, string? slot, string whose)
    {
        var disks = config.DataDisks;
        var found = slot is not null ? disks.FirstOrDefault(disk => disk.Slot == slot) : ConfiguredDisks.Deciding(config);
        return found ?? throw new StepException(JobErrorCodes.InvalidParameter, (slot, disks.Count) switch
        {
            (_, 0) => $"{whose} has no disk that could grow.",
            (not null, _) => $"{whose} has no disk {slot}. It has: {List(disks)}.",
            _ => $"{whose} has several disks, and its configuration does not say which one it boots from: {List(disks)}. "
                + $"Name the one to grow in the field disk, or set its boot order in Proxmox, for example to {disks[0].Slot}.",
        });
    }

    /// <summary>As a step's message says it: <c>virtio0: 3 GiB to 8 GiB</c>.</summary>
    public static string Message(QemuDisk disk, int gib) => disk.Size is { } size ? $"{disk.Slot}: {Gib(size)} to {gib} GiB" : $"{disk.Slot}: to {gib} GiB";

    private static string List(IEnumerable<QemuDisk> disks) => string.Join(", ", disks.Select(disk => disk.Size is { } size ? $"{disk.Slot} ({Gib(size)})" : disk.Slot));

    private static string Gib(long bytes) => $"{VmDisk.GibOf(bytes).ToString(CultureInfo.InvariantCulture)} GiB";
}
