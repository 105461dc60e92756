using MultiPanel.Proxmox.Http;

namespace MultiPanel.Proxmox.Nodes;

/// <summary>Nodes and what is on them.</summary>
public sealed class NodesApi
{
    private readonly PveTransport transport;

    internal NodesApi(PveTransport transport) => this.transport = transport;

    public Task<IReadOnlyList<NodeInfo>> ListAsync(CancellationToken ct = default) =>
        transport.ListAsync("nodes", null, NodeInfo.From, ct);

    public async Task<NodeStatus> StatusAsync(string node, CancellationToken ct = default) =>
        NodeStatus.From(await transport.ObjectAsync(PvePath.Node(node, "status"), null, ct));

    /// <param name="content">Only storages for this, as in <c>images</c>.</param>
    public Task<IReadOnlyList<NodeStorage>> StoragesAsync(string node, string? content = null, CancellationToken ct = default) =>
        transport.ListAsync(PvePath.Node(node, "storage"), new PveForm { { "content", content } }, NodeStorage.From, ct);

    /// <summary>Bridges and VNets of a node that a VM may be plugged into, as far as the credential may use them.</summary>
    public Task<IReadOnlyList<string>> BridgesAsync(string node, CancellationToken ct = default) =>
        transport.ListAsync(PvePath.Node(node, "network"), new PveForm { { "type", "any_bridge" } }, row => row.Text("iface") ?? "", ct);

    public Task<IReadOnlyList<StorageVolume>> StorageContentAsync(
        string node,
        string storage,
        string? content = null,
        int? vmid = null,
        CancellationToken ct = default) =>
        transport.ListAsync(
            PvePath.Node(node, "storage", storage, "content"),
            new PveForm { { "content", content }, { "vmid", vmid } },
            StorageVolume.From,
            ct);
}
