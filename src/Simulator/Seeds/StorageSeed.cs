namespace MultiPanel.Simulator.Seeds;

/// <summary>A storage. <paramref name="Type"/> is Proxmox's word: <c>dir</c>, <c>nfs</c> or <c>lvmthin</c>.</summary>
/// <param name="Name">The storage id.</param>
/// <param name="Type">The plugin: <c>dir</c> and <c>nfs</c> hold files, <c>lvmthin</c> raw volumes.</param>
/// <param name="Capacity">Size in bytes, for a local storage that of each node.</param>
/// <param name="Shared">Whether all nodes see the same volumes.</param>
/// <param name="Used">Bytes in use by things that are no volume of a guest.</param>
public sealed record StorageSeed(string Name, string Type, long Capacity, bool Shared = false, long Used = 0)
{
    /// <summary>Nodes that have the storage; all of them where null.</summary>
    public IReadOnlyList<string>? Nodes { get; init; }

    /// <summary>Content types, comma separated; the plugin's usual ones where null.</summary>
    public string? Content { get; init; }

    /// <summary>Directory of a file storage; derived from type and name where null.</summary>
    public string? Path { get; init; }

    /// <summary>Images for <c>import-from</c>: name with suffix, virtual size in bytes, guest.</summary>
    public IReadOnlyList<(string Name, long Size, string Guest)> Imports { get; init; } = [];
}
