using System.Text.RegularExpressions;

namespace MultiPanel.Api.Formats;

/// <summary>Proxmox's own formats, as <c>PVE::JSONSchema</c> has them.</summary>
internal static partial class ProxmoxFormats
{
    /// <summary><c>dns-name</c>; 63 is the longest host name that guests take.</summary>
    public static bool IsVmName(string text) => text.Length is > 0 and <= 63 && DnsName().IsMatch(text);

    /// <summary><c>dns-name</c>, of any length that a name may have (RFC 1035, 2.3.4).</summary>
    public static bool IsDomain(string text) => text.Length is > 0 and <= 253 && DnsName().IsMatch(text);

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

    public const string PoolText = "must be the name of a Proxmox pool, such as tenants or tenants/acme";

    /// <summary><c>pve-poolid</c>: up to three names separated by slashes (<c>PVE::AccessControl::pve_verify_poolid</c>).</summary>
    public static bool IsPool(string text) => text.Length <= 100 && Pool().IsMatch(text);

    /// <summary>A built-in type or one of <c>custom-…</c>.</summary>
    public static bool IsCpu(string text) => text.Length <= 64 && Cpu().IsMatch(text);

    /// <summary><c>pve-bridge-id</c>; Linux's names of interfaces have at most 15 characters.</summary>
    public static bool IsBridge(string text) => text.Length <= 15 && Bridge().IsMatch(text);

    /// <summary><c>mac-addr</c>: that of one card, so the group bit is not set.</summary>
    public static bool IsMac(string text) => Mac().IsMatch(text);

    [GeneratedRegex(@"\A[A-Za-z0-9_.\-]+(/[A-Za-z0-9_.\-]+){0,2}\z")]
    private static partial Regex Pool();

    [GeneratedRegex(@"\A[A-Za-z0-9][A-Za-z0-9_.\-]*\z")]
    private static partial Regex Cpu();

    [GeneratedRegex(@"\A[A-Za-z0-9_][A-Za-z0-9_.\-]*\z")]
    private static partial Regex Bridge();

    [GeneratedRegex(@"\A[0-9A-Fa-f][02468ACEace](:[0-9A-Fa-f]{2}){5}\z")]
    private static partial Regex Mac();

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
