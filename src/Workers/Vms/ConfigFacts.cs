using MultiPanel.Contracts.Vms;
using MultiPanel.Data.Vms;
using MultiPanel.Hosting.Vms;
using MultiPanel.Proxmox.Qemu;

namespace MultiPanel.Workers.Vms;

/// <summary>A config into a VM's row, its disks too.</summary>
public static class ConfigFacts
{
    /// <inheritdoc cref="VmFacts.Take"/>
    public static void Take(Vm row, QemuConfig config, IReadOnlyList<PendingChange>? pending, DateTime now)
    {
        VmFacts.Take(row, config, pending, now);
        row.Disks = DiskGrowth.Sizes(config);
        row.DiskGb = VmDisk.Sum(row.Disks);
    }
}
