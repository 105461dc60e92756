using MultiPanel.Proxmox.Errors;
using MultiPanel.Proxmox.Http;
using MultiPanel.Proxmox.Tasks;

namespace MultiPanel.Proxmox.Cluster;

/// <summary>What the whole cluster knows, whichever node answers.</summary>
public sealed class ClusterApi
{
    private readonly PveTransport transport;

    internal ClusterApi(PveTransport transport) => this.transport = transport;

    /// <summary>Only what the credential may see.</summary>
    /// <param name="type"><c>vm</c> (also containers), <c>storage</c>, <c>node</c> or <c>sdn</c>; null for all.</param>
    public Task<IReadOnlyList<ClusterResource>> ResourcesAsync(string? type = null, CancellationToken ct = default) =>
        transport.ListAsync("cluster/resources", new PveForm { { "type", type } }, ClusterResource.From, ct);

    public async Task<ClusterStatus> StatusAsync(CancellationToken ct = default) =>
        ClusterStatus.From(await transport.ListAsync("cluster/status", null, row => row, ct));

    /// <summary>Running tasks of all nodes, and of the finished ones the newest 25. <see cref="TasksApi.ListAsync"/> is complete.</summary>
    public async Task<IReadOnlyList<PveTask>> TasksAsync(CancellationToken ct = default) =>
        PveTask.ListFrom(await transport.ListAsync("cluster/tasks", null, row => row, ct));

    /// <summary>What the HA manager thinks of the nodes, by name: <c>online</c>, <c>maintenance</c>, <c>unknown</c>, <c>fence</c>, <c>gone</c>. Empty where it never ran.</summary>
    public async Task<IReadOnlyDictionary<string, string>> HaNodesAsync(CancellationToken ct = default) =>
        (await transport.ObjectAsync("cluster/ha/status/manager_status", null, ct)).Field("manager_status").Field("node_status").Fields()
            .ToDictionary(node => node.Name, node => node.Value.Scalar() ?? "");

    /// <summary>A VMID that is free now. Nothing is reserved: others get the same answer.</summary>
    /// <param name="vmid">Whether this one is free.</param>
    /// <exception cref="PveAlreadyExistsException">It is not.</exception>
    public async Task<int> NextIdAsync(int? vmid = null, CancellationToken ct = default)
    {
        var answer = await transport.GetAsync("cluster/nextid", new PveForm { { "vmid", vmid } }, ct);
        return int.TryParse(answer.Data.Scalar(), System.Globalization.CultureInfo.InvariantCulture, out var id)
            ? id
            : throw new PveAnswerException(new PveFault("GET", "cluster/nextid", "Proxmox answered without a VMID.") { Status = 200 });
    }
}
