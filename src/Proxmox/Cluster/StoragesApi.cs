using MultiPanel.Proxmox.Http;
using MultiPanel.Proxmox.Nodes;

namespace MultiPanel.Proxmox.Cluster;

/// <summary>The cluster's storages as configured; <see cref="NodesApi.StoragesAsync"/> has their state.</summary>
public sealed class StoragesApi
{
    private readonly PveTransport transport;

    internal StoragesApi(PveTransport transport) => this.transport = transport;

    public Task<IReadOnlyList<StorageConfig>> ListAsync(CancellationToken ct = default) =>
        transport.ListAsync("storage", null, StorageConfig.From, ct);
}
