using System.Text.RegularExpressions;

namespace MultiPanel.Api.Vms;

/// <summary>Proxmox's own formats, as <c>PVE::JSONSchema</c> has them.</summary>
internal static partial class ProxmoxFormats
{
    /// <summary><c>dns-name</c>; 63 is the longest host name that guests take.</summary>
    public static bool IsVmName(string text) => text.Length is > 0 and <= 63 && DnsName().IsMatch(text);

    /// <summary><c>pve-node</c></summary>
    public static bool IsNode(string text) => text.Length is > 0 and <= 63 && DnsLabel().IsMatch(text);

    /// <summary><c>pve-storage-id</c></summary>
    public static bool IsStorage(string text) => text.Length <= 100 && StorageId().IsMatch(text);

    /// <summary><c>pve-configid</c>, at most 40 characters; <c>current</c> and <c>pending</c> mean something else.</summary>
    public static bool IsSnapshot(string text) =>
        text.Length <= 40 && ConfigId().IsMatch(text) && text.ToLowerInvariant() is not ("current" or "pending");

    /// <summary><c>pve-tag</c></summary>
    public static bool IsTag(string text) => text.Length is > 0 and <= 64 && Tag().IsMatch(text);

    /// <summary>A disk that can be resized.</summary>
    public static bool IsDisk(string text) => Disk().IsMatch(text);

    [GeneratedRegex(@"\A([A-Za-z0-9]([A-Za-z0-9\-]*[A-Za-z0-9])?\.)*[A-Za-z0-9]([A-Za-z0-9\-]*[A-Za-z0-9])?\z")]
    private static partial Regex DnsName();

    [GeneratedRegex(@"\A[A-Za-z0-9]([A-Za-z0-9\-]*[A-Za-z0-9])?\z")]
    private static partial Regex DnsLabel();

    [GeneratedRegex(@"\A[A-Za-z][A-Za-z0-9\-_.]*[A-Za-z0-9]\z")]
    private static partial Regex StorageId();

    [GeneratedRegex(@"\A[A-Za-z][A-Za-z0-9_\-]+\z")]
    private static partial Regex ConfigId();

    [GeneratedRegex(@"\A[A-Za-z0-9_][A-Za-z0-9_\-+.]*\z")]
    private static partial Regex Tag();

    [GeneratedRegex(@"\A(ide[0-3]|sata[0-5]|scsi([0-9]|[12][0-9]|30)|virtio([0-9]|1[0-5]))\z")]
    private static partial Regex Disk();
}
