using System.Text.Json;
using MultiPanel.Proxmox.Http;

namespace MultiPanel.Proxmox.Cluster;

/// <summary>A storage of the cluster's configuration.</summary>
/// <param name="Nodes">Where it is; empty for everywhere.</param>
public sealed record StorageConfig(
    string Storage,
    string Type,
    IReadOnlyList<string> Content,
    bool Shared,
    bool Disabled,
    IReadOnlyList<string> Nodes)
{
    internal static StorageConfig From(JsonElement row) => new(
        row.Text("storage") ?? "",
        row.Text("type") ?? "",
        row.List("content"),
        row.Flag("shared"),
        row.Flag("disable"),
        row.List("nodes"));
}
