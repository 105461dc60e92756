using MultiPanel.Proxmox.Cluster;
using MultiPanel.Proxmox.Nodes;
using MultiPanel.Workers.Steps;

namespace MultiPanel.Workers.Vms;

/// <summary>Whether a node can have a clone, or a VM that moves. What is wrong is said after the node's name, as in <c>has no storage nfs1</c>.</summary>
internal sealed class NodeCheck(StepContext step, PlacementNeeds needs)
{
    /// <returns>Null: it can.</returns>
    public async Task<string?> WhyNotAsync(NodeInfo node) => await WhyNotByListAsync(node, chosen: false) ?? await WhyNotByNodeAsync(node.Node);

    /// <summary>By what the cluster's lists say, in two calls for all nodes.</summary>
    /// <param name="chosen">The panel chooses the node by itself: then one that is being emptied (HA maintenance) does not count.</param>
    public async Task<string?> WhyNotByListAsync(NodeInfo node, bool chosen)
    {
        if (!node.Online)
        {
            return "is offline";
        }

        if (node.MaxCpu < needs.Cpus)
        {
            return $"has {node.MaxCpu} CPUs, fewer than the {needs.Cpus} of the VM";
        }

        if (node.Node != needs.SourceNode && needs.Devices.FirstOrDefault() is { Key: { } option } device)
        {
            return $"does not have {needs.SourceNode}'s {option} ({device.Value})";
        }

        if (node.Node != needs.SourceNode && needs.LocalCds.FirstOrDefault() is { Key: { } slot } cd)
        {
            return $"cannot have the CD in {slot} ({cd.Value}), which is on {needs.SourceNode} alone; take it out first";
        }

        return await WhyNotByStoragesAsync(node.Node)
            ?? (chosen && node.Node != needs.SourceNode && (await NodeFacts.InMaintenanceAsync(step)).Contains(node.Node) ? "is in maintenance" : null);
    }

    /// <summary>By what the node itself says; asked of the few that come first.</summary>
    public async Task<string?> WhyNotByNodeAsync(string node)
    {
        var storages = await NodeFacts.StoragesAsync(step, node);
        foreach (var (name, content) in needs.Storages)
        {
            switch (storages.FirstOrDefault(storage => storage.Storage == name))
            {
                case null:
                    return $"has no storage {name}, or the panel's identity may not use it";
                case { Enabled: false } or { Active: false }:
                    return $"has storage {name}, but it is not active there";
                case var storage when !storage.Content.Contains(content):
                    return $"has storage {name} for {string.Join(", ", storage.Content)}, not for {content}";
            }
        }

        return needs.Bridges.Count > 0 && await NodeFacts.BridgesAsync(step, node) is { Count: > 0 } bridges && needs.Bridges.Except(bridges).FirstOrDefault() is { } missing
            ? $"has no bridge {missing} that the panel's identity may use"
            : null;
    }

    /// <summary>A storage that the cluster's list lacks is one that the credential may not audit: the node's own list decides.</summary>
    private async Task<string?> WhyNotByStoragesAsync(string node)
    {
        var storages = await NodeFacts.StoragesAsync(step);
        foreach (var name in needs.Storages.Keys.Where(storages.Contains))
        {
            if (storages[name].All(storage => storage.Node != node))
            {
                return $"has no storage {name}, which is on {string.Join(", ", storages[name].Select(storage => storage.Node))}";
            }
        }

        if (needs.Moves || node == needs.SourceNode)
        {
            return null;
        }

        foreach (var name in needs.SourceStorages.Union(needs.Storages.Keys))
        {
            if (!await IsSharedAsync(storages, name))
            {
                return $"does not share storage {name} with {needs.SourceNode}, where the source is";
            }
        }

        return null;
    }

    private async Task<bool> IsSharedAsync(ILookup<string, ClusterResource> storages, string name) => storages.Contains(name)
        ? storages[name].First().Shared
        : (await NodeFacts.StoragesAsync(step, needs.SourceNode)).FirstOrDefault(storage => storage.Storage == name)?.Shared == true;
}
