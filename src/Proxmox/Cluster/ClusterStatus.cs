using System.Text.Json;
using MultiPanel.Proxmox.Http;

namespace MultiPanel.Proxmox.Cluster;

/// <summary>The cluster as the answering node sees it.</summary>
/// <param name="Name">Null for a node that is in no cluster.</param>
/// <param name="Quorate">True also for a node in no cluster. Without quorum what it shows may be old.</param>
public sealed record ClusterStatus(string? Name, bool Quorate, IReadOnlyList<ClusterNode> Nodes)
{
    internal static ClusterStatus From(IReadOnlyList<JsonElement> rows)
    {
        var cluster = rows.FirstOrDefault(row => row.Text("type") == "cluster");
        return new ClusterStatus(
            cluster.Text("name"),
            cluster.ValueKind == JsonValueKind.Undefined || cluster.Flag("quorate"),
            [.. rows
                .Where(row => row.Text("type") == "node")
                .Select(row => new ClusterNode(row.Text("name") ?? "", row.Text("ip"), row.Flag("online"), row.Flag("local")))]);
    }
}
