using MultiPanel.Contracts.Jobs;
using MultiPanel.Hosting.Vms;
using MultiPanel.Proxmox.Errors;
using MultiPanel.Proxmox.Nodes;
using MultiPanel.Proxmox.Sight;
using MultiPanel.Workers.Steps;

namespace MultiPanel.Workers.Vms;

/// <summary>
/// On which node a clone will be: the one asked for; else, of those that have all that it needs, one with much free memory. An error
/// names each node that was looked at and what it lacks.
/// </summary>
public static class Placement
{
    /// <summary>Random among the roomiest, or a burst of clones would all see the same node ahead.</summary>
    private const int Roomiest = 3;

    /// <param name="asked">Null: the panel chooses.</param>
    /// <exception cref="StepException">No node suits, or not the one asked for.</exception>
    public static async Task<string> ChooseAsync(StepContext step, PlacementNeeds needs, string? asked)
    {
        var nodes = await NodeFacts.NodesAsync(step);
        Require(nodes, needs.SourceNode, step.Cluster.Name, "where the template or VM to clone is");
        if (asked is not null)
        {
            await RequireAsync(step, needs, asked, nodes);
            return asked;
        }

        return await ChooseAsync(step, needs, nodes);
    }

    /// <summary>Where a VM is to move is checked before Proxmox is asked: its own refusal comes in the middle of the task, or when the VM is started there.</summary>
    /// <param name="step">Of the job that moves it.</param>
    /// <param name="seen">The VM.</param>
    /// <param name="node">Where it is to go.</param>
    /// <param name="targetStorage">The storage for its local disks; null: one of the same name.</param>
    /// <exception cref="StepException">The node lacks something, which is named.</exception>
    public static async Task CheckMoveAsync(StepContext step, VmSight seen, string node, string? targetStorage)
    {
        var needs = PlacementNeeds.OfMove(
            seen, targetStorage, await NodeFacts.StoragesAsync(step, seen.Node), await NodeFacts.BridgesAsync(step, seen.Node) ?? []);
        await RequireAsync(step, needs, node, await NodeFacts.NodesAsync(step));
    }

    private static async Task RequireAsync(StepContext step, PlacementNeeds needs, string asked, IReadOnlyList<NodeInfo> nodes)
    {
        Require(nodes, asked, step.Cluster.Name, "asked for");
        if (await new NodeCheck(step, needs).WhyNotAsync(nodes.First(node => node.Node == asked)) is { } wrong)
        {
            throw Unsuitable($"Node {asked}, asked for, cannot have this VM", [(asked, wrong)]);
        }
    }

    /// <summary>Every disk of the source can be reached from all nodes.</summary>
    public static async Task<bool> IsSharedAsync(StepContext step, VmSight source)
    {
        var used = source.Config.Disks.Values.Where(disk => disk.Storage is not null).Select(disk => disk.Storage!).ToHashSet();
        return used.IsSubsetOf((await StoragesAsync(step, source.Node)).Where(storage => storage.Shared).Select(storage => storage.Storage));
    }

    public static Task<IReadOnlyList<NodeStorage>> StoragesAsync(StepContext step, string node) => NodeFacts.StoragesAsync(step, node);

    private static async Task<string> ChooseAsync(StepContext step, PlacementNeeds needs, IReadOnlyList<NodeInfo> nodes)
    {
        var check = new NodeCheck(step, needs);
        var refused = new List<(string Node, string Why)>();
        var fit = new List<NodeInfo>();
        foreach (var node in nodes)
        {
            if (await check.WhyNotByListAsync(node, chosen: true) is { } why)
            {
                refused.Add((node.Node, why));
            }
            else
            {
                fit.Add(node);
            }
        }

        foreach (var node in await InOrderAsync(step, needs, fit))
        {
            try
            {
                if (await check.WhyNotByNodeAsync(node.Node) is not { } why)
                {
                    return node.Node;
                }

                refused.Add((node.Node, why));
            }
            catch (PveException silent) when (fit.Count > 1 && silent is (PveNodeUnreachableException or PveTimeoutException))
            {
                refused.Add((node.Node, $"does not answer ({silent.Text})"));
            }
        }

        throw Unsuitable($"No node of cluster {step.Cluster.Name} can have this VM", refused);
    }

    /// <summary>First those that have room for its memory, of them the roomiest.</summary>
    private static async Task<IEnumerable<NodeInfo>> InOrderAsync(StepContext step, PlacementNeeds needs, List<NodeInfo> nodes)
    {
        if (nodes.Count <= 1)
        {
            return nodes;
        }

        var promised = await NodeFacts.PromisedAsync(step);
        var byRoom = nodes.ToLookup(node => Free(node) >= needs.Memory);
        return Mixed(byRoom[true]).Concat(Mixed(byRoom[false]));

        long Free(NodeInfo node) => (node.MaxMem ?? 0) - (node.Mem ?? 0) - promised.GetValueOrDefault(node.Node);

        IEnumerable<NodeInfo> Mixed(IEnumerable<NodeInfo> some)
        {
            var ordered = some.OrderByDescending(Free).ToList();
            return ordered.Take(Roomiest).OrderBy(_ => Random.Shared.Next()).Concat(ordered.Skip(Roomiest));
        }
    }

    private static StepException Unsuitable(string what, IReadOnlyList<(string Node, string Why)> nodes) => new(
        nodes.All(node => node.Why.Contains("storage", StringComparison.Ordinal)) ? JobErrorCodes.StorageUnavailable : JobErrorCodes.NodeUnsuitable,
        $"{what}: {string.Join("; ", nodes.OrderBy(node => node.Node, StringComparer.Ordinal).Select(node => $"{node.Node} {node.Why}"))}.");

    private static void Require(IReadOnlyList<NodeInfo> nodes, string name, string cluster, string role)
    {
        var node = nodes.FirstOrDefault(node => node.Node == name)
            ?? throw new StepException(
                JobErrorCodes.NodeNotFound, KnownNodes.Missing(name, role, cluster, nodes.Select(known => known.Node)), $"no such cluster node '{name}'");
        if (!node.Online)
        {
            throw new StepException(
                JobErrorCodes.NodeUnreachable,
                $"Node {name}, {role}, is offline in cluster {cluster}. Bring it back, or choose another node.",
                $"GET /nodes: {name} has status offline");
        }
    }
}
