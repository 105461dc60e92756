using MultiPanel.Simulator.Http;

namespace MultiPanel.Simulator.Api;

/// <summary>The HA manager's own view of the cluster.</summary>
internal static class HaManagerApi
{
    public static IEnumerable<ApiMethod> Methods() =>
        [new ApiMethod("GET", "/cluster/ha/status/manager_status", "", Status).Needs("/", "Sys.Audit")];

    private static Dictionary<string, object?> Status(ApiCall call) => new()
    {
        ["manager_status"] = new Dictionary<string, object?>
        {
            ["master_node"] = call.Cluster.State.Nodes[0].Name,
            ["node_status"] = call.Cluster.State.Nodes.ToDictionary(
                node => node.Name, node => call.Cluster.Faults.IsMaintained(node.Name) ? "maintenance" : call.Cluster.Faults.IsOffline(node.Name) ? "unknown" : "online"),
            ["service_status"] = new Dictionary<string, object?>(),
            ["timestamp"] = call.Cluster.Now.ToUnixTimeSeconds(),
        },
        ["quorum"] = new { node = call.ServedBy, quorate = call.Cluster.Faults.Quorate ? "1" : "0" },
    };
}
