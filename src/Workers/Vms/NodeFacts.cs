using Microsoft.EntityFrameworkCore;
using MultiPanel.Contracts.Vms;
using MultiPanel.Proxmox.Cluster;
using MultiPanel.Proxmox.Errors;
using MultiPanel.Proxmox.Nodes;
using MultiPanel.Workers.Steps;

namespace MultiPanel.Workers.Vms;

/// <summary>What a cluster's nodes have, as of some seconds ago: read once for all clones that look for a place meanwhile.</summary>
internal static class NodeFacts
{
    private static readonly TimeSpan Seconds = TimeSpan.FromSeconds(5);

    /// <summary>Bridges and maintenance change seldom.</summary>
    private static readonly TimeSpan Longer = TimeSpan.FromSeconds(30);

    public static Task<IReadOnlyList<NodeInfo>> NodesAsync(StepContext step) => step.RecentAsync("nodes", pve => pve.Nodes.ListAsync());

    /// <summary>By name, each node that has the storage. Without <c>Datastore.Audit</c> on a storage it is not among them.</summary>
    public static Task<ILookup<string, ClusterResource>> StoragesAsync(StepContext step) => step.RecentAsync(
        "storages", async pve => (await pve.Cluster.ResourcesAsync("storage")).Where(row => row.Storage is not null).ToLookup(row => row.Storage!), Seconds);

    /// <summary>The storages that a node says it has, with their state there.</summary>
    public static Task<IReadOnlyList<NodeStorage>> StoragesAsync(StepContext step, string node) =>
        step.RecentAsync($"storages {node}", pve => pve.Nodes.StoragesAsync(node), Seconds);

    /// <returns>Null: the credential may not know, or the node did not say.</returns>
    public static Task<IReadOnlyList<string>?> BridgesAsync(StepContext step, string node) => step.RecentAsync(
        $"bridges {node}", async pve => await OrUnknownAsync(() => pve.Nodes.BridgesAsync(node)), Longer);

    /// <summary>Nodes that the HA manager empties: nothing new is put on them.</summary>
    public static Task<IReadOnlySet<string>> InMaintenanceAsync(StepContext step) => step.RecentAsync(
        "maintenance",
        async Task<IReadOnlySet<string>> (pve) => (await OrUnknownAsync(() => pve.Cluster.HaNodesAsync()) ?? new Dictionary<string, string>())
            .Where(node => node.Value == "maintenance").Select(node => node.Key).ToHashSet(),
        Longer);

    /// <summary>Bytes that clones under way will use, by node: its own figures lack them until they run.</summary>
    public static Task<IReadOnlyDictionary<string, long>> PromisedAsync(StepContext step) => step.RecentAsync(
        "promised",
        async Task<IReadOnlyDictionary<string, long>> (_) =>
        {
            await using var db = step.Database.OpenAll();
            return await db.Vms.Where(vm => vm.ClusterId == step.Cluster.Id && vm.Status == VmStatus.Provisioning && vm.Node != null)
                .GroupBy(vm => vm.Node!)
                .Select(vms => new { Node = vms.Key, Mb = vms.Sum(vm => (long?)vm.MemoryMb ?? 0) })
                .ToDictionaryAsync(vms => vms.Node, vms => vms.Mb * 1024 * 1024);
        });

    private static async Task<T?> OrUnknownAsync<T>(Func<Task<T>> read) where T : class
    {
        try
        {
            return await read();
        }
        catch (PveException)
        {
            // Without this the choice is only less good; where the cluster does not answer, the calls that matter say so.
            return null;
        }
    }
}
