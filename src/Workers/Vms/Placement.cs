using MultiPanel.Contracts.Jobs;
using MultiPanel.Contracts.Workflows;
using MultiPanel.Proxmox.Nodes;
using MultiPanel.Proxmox.Sight;
using MultiPanel.Workers.Steps;

namespace MultiPanel.Workers.Vms;

/// <summary>On which node a clone will be: the one asked for; else, from shared storage, the one with most memory free; else the source's.</summary>
public static class Placement
{
    public static async Task<string> ChooseAsync(StepContext step, ICreatesVm command, VmSight source)
    {
        var nodes = await step.RecentAsync("nodes", pve => pve.Nodes.ListAsync());
        Require(nodes, source.Node, step.Cluster.Name, "where the template or VM to clone is");
        if (command.Node is { } asked)
        {
            Require(nodes, asked, step.Cluster.Name, "asked for");
            return asked;
        }

        if (!IsShared(await StoragesAsync(step, source.Node), source, command.Storage))
        {
            return source.Node;
        }

        // Random among the roomiest, or a burst of clones would all see the same node ahead.
        return nodes.Where(node => node.Online)
            .OrderByDescending(node => (node.MaxMem ?? 0) - (node.Mem ?? 0))
            .Take(3)
            .OrderBy(_ => Random.Shared.Next())
            .Select(node => node.Node)
            .FirstOrDefault(source.Node);
    }

    public static Task<IReadOnlyList<NodeStorage>> StoragesAsync(StepContext step, string node) =>
        step.RecentAsync($"storages {node}", pve => pve.Nodes.StoragesAsync(node));

    /// <summary>Every disk of the source, and the storage asked for, can be reached from all nodes.</summary>
    public static bool IsShared(IReadOnlyList<NodeStorage> storages, VmSight source, string? storage)
    {
        var used = source.Config.Disks.Values.Where(disk => disk.Storage is not null).Select(disk => disk.Storage!)
            .Append(storage).OfType<string>().ToHashSet();
        return used.IsSubsetOf(storages.Where(s => s.Shared).Select(s => s.Storage));
    }

    private static void Require(IReadOnlyList<NodeInfo> nodes, string name, string cluster, string role)
    {
        var node = nodes.FirstOrDefault(node => node.Node == name)
            ?? throw new StepException(
                JobErrorCodes.NodeUnreachable,
                $"There is no node {name}, {role}, in cluster {cluster}. It has: {string.Join(", ", nodes.Select(n => n.Node))}.",
                $"no such cluster node '{name}'");
        if (!node.Online)
        {
            throw new StepException(
                JobErrorCodes.NodeUnreachable,
                $"Node {name}, {role}, is offline in cluster {cluster}. Bring it back, or choose another node.",
                $"GET /nodes: {name} has status offline");
        }
    }
}
