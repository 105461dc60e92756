namespace MultiPanel.Proxmox.Qemu;

/// <summary>
/// Which disk a VM boots from, by Proxmox's own rule (<c>get_bootdisks</c> and <c>bootdisk_size</c> in
/// <c>PVE/QemuServer/Drive.pm</c>): the first disk that <c>boot</c> names in its <c>order=</c>; without an order, the one in <c>bootdisk</c>.
/// </summary>
internal static class BootOrder
{
    private const string Order = "order=";

    /// <returns>Null: the configuration does not say.</returns>
    public static string? DiskOf(IReadOnlyDictionary<string, string> raw, IReadOnlyDictionary<string, QemuDisk> disks) =>
        Slots(raw).FirstOrDefault(slot => disks.TryGetValue(slot, out var disk) && disk.IsData);

    private static string[] Slots(IReadOnlyDictionary<string, string> raw)
    {
        var boot = raw.GetValueOrDefault("boot")?.Split(',') ?? [];
        return Array.Find(boot, part => part.StartsWith(Order, StringComparison.Ordinal)) is { } order
            ? order[Order.Length..].Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            : raw.GetValueOrDefault("bootdisk") is { } disk ? [disk.Trim()] : [];
    }
}
