using MultiPanel.Proxmox.Http;
using MultiPanel.Proxmox.Nodes;

namespace MultiPanel.Proxmox.Cluster;

/// <summary>The cluster's storages as configured; <see cref="NodesApi.StoragesAsync"/> has their state.</summary>
public sealed class StorageConfigApi
{
    private readonly PveTransport transport;

    internal StorageConfigApi(PveTransport transport) => this.transport = transport;

    public Task<IReadOnlyList<StorageConfig>> ListAsync(CancellationToken ct = default) =>
        transport.ListAsync("storage", null, StorageConfig.From, ct);
}
