using System.Text.Json;
using MultiPanel.Proxmox.Http;

namespace MultiPanel.Proxmox.Nodes;

/// <summary>A storage as a node sees it. Sizes are bytes.</summary>
/// <param name="Type">As in <c>dir</c>, <c>lvmthin</c>, <c>rbd</c>.</param>
/// <param name="Content">As in <c>images</c>, <c>iso</c>.</param>
/// <param name="Active">Mounted and reachable there.</param>
public sealed record NodeStorage(
    string Storage,
    string Type,
    IReadOnlyList<string> Content,
    bool Shared,
    bool Enabled,
    bool Active,
    long? Total,
    long? Used,
    long? Avail)
{
    internal static NodeStorage From(JsonElement row) => new(
        row.Text("storage") ?? "",
        row.Text("type") ?? "",
        row.List("content"),
        row.Flag("shared"),
        row.Flag("enabled"),
        row.Flag("active"),
        row.Long("total"),
        row.Long("used"),
        row.Long("avail"));
}
