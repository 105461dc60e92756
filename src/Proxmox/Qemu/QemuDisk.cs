using System.Globalization;
using System.Text.RegularExpressions;

namespace MultiPanel.Proxmox.Qemu;

/// <summary>A drive of a VM's configuration, as in <c>scsi0: local:200/vm-200-disk-0.qcow2,size=1G</c>.</summary>
public sealed partial record QemuDisk
{
    /// <summary>As in <c>scsi0</c>, <c>efidisk0</c>.</summary>
    public required string Slot { get; init; }

    /// <summary>Null for a device passed through and for an empty drive.</summary>
    public string? Storage { get; init; }

    /// <summary>The volume in the storage, a device's path, or <c>none</c>.</summary>
    public required string Volume { get; init; }

    /// <summary>Bytes; null where the configuration does not say.</summary>
    public long? Size { get; init; }

    public bool IsCdrom { get; init; }

    public bool IsCloudInit { get; init; }

    /// <summary><c>storage:volume</c> as the API takes it; null where there is no storage.</summary>
    public string? VolId => Storage is null ? null : $"{Storage}:{Volume}";

    /// <summary>A hard disk: no CD drive, no cloud-init, none of the firmware's (<c>efidisk0</c>, <c>tpmstate0</c>), and not empty.</summary>
    public bool IsData => !IsCdrom && !IsCloudInit && Volume != "none" && DataSlot.IsMatch(Slot);

    /// <summary>By bus, then by number.</summary>
    public static IComparer<QemuDisk> BySlot { get; } = Comparer<QemuDisk>.Create((one, other) => (Bus(one.Slot), Number(one.Slot)).CompareTo((Bus(other.Slot), Number(other.Slot))));

    internal static bool IsSlot(string key) => SlotName.IsMatch(key);

    internal static QemuDisk Parse(string slot, string value)
    {
        var options = value.Split(',').Select(part => part.Split('=', 2)).ToList();
        string? Option(string name) => options.FirstOrDefault(part => part.Length == 2 && part[0] == name)?[1];
        var volume = Option("file") ?? options[0][^1];
        var stored = Stored.Match(volume);
        return new QemuDisk
        {
            Slot = slot,
            Storage = stored.Success ? stored.Groups[1].Value : null,
            Volume = stored.Success ? stored.Groups[2].Value : volume,
            Size = Bytes(Option("size")),
            IsCdrom = Option("media") == "cdrom",
            IsCloudInit = stored.Success && CloudInit.IsMatch(stored.Groups[2].Value),
        };
    }

    private static string Bus(string slot) => slot.TrimEnd("0123456789".ToCharArray());

    private static int Number(string slot) => int.Parse(slot.AsSpan(Bus(slot).Length), CultureInfo.InvariantCulture);

    /// <summary>Sizes are written by <c>PVE::JSONSchema::format_size</c>: a number with K, M, G or T, by 1024.</summary>
    private static long? Bytes(string? size)
    {
        if (size is null || SizeText.Match(size) is not { Success: true } match)
        {
            return null;
        }

        var shift = match.Groups[2].Value is { Length: 1 } unit ? 10 * (1 + "KMGT".IndexOf(unit, StringComparison.Ordinal)) : 0;
        return (long)(decimal.Parse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture) * (1L << shift));
    }

    [GeneratedRegex(@"^(?:ide|sata|scsi|virtio|efidisk|tpmstate)\d+$")]
    private static partial Regex SlotName { get; }

    [GeneratedRegex(@"^(?:ide|sata|scsi|virtio)\d+$")]
    private static partial Regex DataSlot { get; }

    [GeneratedRegex(@"^([a-zA-Z][a-zA-Z0-9\-_.]*):(.+)$")]
    private static partial Regex Stored { get; }

    [GeneratedRegex(@"(?:^|[/-])cloudinit(?:\.|$)")]
    private static partial Regex CloudInit { get; }

    [GeneratedRegex(@"^(\d+(?:\.\d+)?)([KMGT])?$")]
    private static partial Regex SizeText { get; }
}
