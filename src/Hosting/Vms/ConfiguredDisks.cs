using MultiPanel.Data.Vms;
using MultiPanel.Proxmox.Qemu;

namespace MultiPanel.Hosting.Vms;

/// <summary>The disks of a VM as its config has them.</summary>
public static class ConfiguredDisks
{
    /// <summary>All that take space. The one that grows where none is named stands first, and says so.</summary>
    public static List<VmDisk> Sizes(QemuConfig config)
    {
        var grows = Deciding(config);
        return
        [
            .. config.Disks.Values.Where(disk => disk is { IsCdrom: false, IsCloudInit: false })
                .OrderBy(disk => disk.Slot != grows?.Slot).ThenBy(disk => !disk.IsData).ThenBy(disk => disk, QemuDisk.BySlot)
                .Select(disk => new VmDisk(disk.Slot, VmDisk.GibOf(disk.Size ?? 0), disk.Slot == grows?.Slot)),
        ];
    }

    /// <summary>The disk that the VM boots from, or its only one; null: the config does not say.</summary>
    public static QemuDisk? Deciding(QemuConfig config) => config.BootDisk is { } boot
        ? config.Disks[boot]
        : config.DataDisks is [var only] ? only : null;
}
