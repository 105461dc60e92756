namespace MultiPanel.Data.Vms;

/// <summary>
/// A disk as the VM's config has it. Lists of them begin with the one that grows where none is named: the one that the VM
/// boots from, or its only one. Null in place of a list: no config was read yet, and a size is what Proxmox's lists say, the
/// boot disk's alone.
/// </summary>
/// <param name="Gb">GiB.</param>
/// <param name="Grows">It grows where none is named. False of all: the config does not say which one. Null: not known yet.</param>
public sealed record VmDisk(string Slot, double Gb, bool? Grows = null)
{
    private const double Gib = 1024.0 * 1024 * 1024;

    /// <summary>Where a VM whose config is not known most likely boots from.</summary>
    private static readonly string[] First = ["scsi0", "virtio0", "sata0", "ide0"];

    public static double GibOf(long bytes) => Math.Round(bytes / Gib, 2);

    public static double Sum(IEnumerable<VmDisk> disks) => Math.Round(disks.Sum(disk => disk.Gb), 2);

    /// <summary>How much more the disk will have; disks only grow.</summary>
    /// <param name="disks">What is known of the VM's disks.</param>
    /// <param name="sum">What is counted for the VM so far.</param>
    /// <param name="slot">Null: the first.</param>
    public static double Growth(IReadOnlyList<VmDisk>? disks, double? sum, string? slot, int gb)
    {
        if (disks is null)
        {
            return Math.Max(0, gb - (slot is null || First.Contains(slot) ? sum ?? 0 : 0));
        }

        var grows = disks.FirstOrDefault(disk => slot is null || disk.Slot == slot);
        return grows is null ? 0 : Math.Max(0, gb - grows.Gb); // one that is not there does not grow
    }

    /// <summary>All that the VM will have once that disk has that size; null where nothing is known.</summary>
    /// <inheritdoc cref="Growth"/>
    public static double? Grown(IReadOnlyList<VmDisk>? disks, double? sum, string? slot, int? gb) =>
        gb is { } size ? (sum ?? 0) + Growth(disks, sum, slot, size) : sum;

    /// <summary>What to choose from where nothing decides: <c>scsi0 (5 GiB), virtio0 (3 GiB)</c>; null: one of them grows, or that is not known.</summary>
    public static string? Choice(IReadOnlyList<VmDisk>? disks) => disks is [_, _, ..] && disks.All(disk => disk.Grows == false)
        ? string.Join(", ", disks.Where(disk => First.Any(first => disk.Slot.StartsWith(first[..^1], StringComparison.Ordinal)))
            .Select(disk => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{disk.Slot} ({disk.Gb} GiB)")))
        : null;
}
