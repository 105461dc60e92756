using MultiPanel.Proxmox.Tasks;

namespace MultiPanel.Proxmox.Http;

/// <summary>Paths below <c>/api2/json</c>, each part escaped.</summary>
internal static class PvePath
{
    public static string Of(params IEnumerable<string> parts) => string.Join('/', parts.Select(Part));

    public static string Node(string node, params IEnumerable<string> parts) => Of(["nodes", node, .. parts]);

    public static string Qemu(string node, int vmid, params IEnumerable<string> parts) =>
        Of(["nodes", node, "qemu", vmid.ToString(System.Globalization.CultureInfo.InvariantCulture), .. parts]);

    public static string Task(Upid upid, params IEnumerable<string> parts) => Node(upid.Node, ["tasks", upid.ToString(), .. parts]);

    /// <summary>An empty part or one of dots would make another path of it.</summary>
    private static string Part(string part) => part is null or "" or "." or ".."
        ? throw new ArgumentException($"'{part}' cannot be part of a path.", nameof(part))
        : Uri.EscapeDataString(part);
}
