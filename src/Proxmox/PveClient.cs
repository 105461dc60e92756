using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using MultiPanel.Proxmox.Access;
using MultiPanel.Proxmox.Agent;
using MultiPanel.Proxmox.Cluster;
using MultiPanel.Proxmox.Errors;
using MultiPanel.Proxmox.Http;
using MultiPanel.Proxmox.Nodes;
using MultiPanel.Proxmox.Qemu;
using MultiPanel.Proxmox.Sight;
using MultiPanel.Proxmox.Tasks;

namespace MultiPanel.Proxmox;

/// <summary>
/// A cluster's API. One client a cluster: it keeps the sign-in, the endpoint that answers and the circuit breaker. All calls
/// throw <see cref="PveException"/> or one of its kinds; a cancelled changing call may have taken effect.
/// </summary>
public sealed class PveClient : IAsyncDisposable
{
    private readonly PveTransport transport;
    private readonly VmObserver observer;

    /// <exception cref="ArgumentException">The connection has no endpoint, one that is not allowed, or a malformed fingerprint.</exception>
    public PveClient(PveConnection connection, ILogger? logger = null, TimeProvider? time = null)
    {
        transport = new PveTransport(connection, logger ?? NullLogger.Instance, time ?? TimeProvider.System);
        Access = new AccessApi(transport);
        Agent = new AgentApi(transport);
        Cluster = new ClusterApi(transport);
        Nodes = new NodesApi(transport);
        Qemu = new QemuApi(transport);
        Storages = new StorageConfigApi(transport);
        Tasks = new TasksApi(transport);
        observer = new VmObserver(Cluster, Nodes, Qemu);
    }

    public AccessApi Access { get; }

    public AgentApi Agent { get; }

    public ClusterApi Cluster { get; }

    public NodesApi Nodes { get; }

    public QemuApi Qemu { get; }

    public StorageConfigApi Storages { get; }

    public TasksApi Tasks { get; }

    public async Task<PveVersion> VersionAsync(CancellationToken ct = default)
    {
        var data = await transport.ObjectAsync("version", null, ct);
        return new PveVersion(data.Text("version") ?? "", data.Text("release") ?? "", data.Text("repoid"));
    }

    /// <summary>
    /// Looks for a VM wherever it is. Gone only if a quorate cluster does not list it <i>and</i> a node, having checked that
    /// the credential may look, says that it has no such configuration.
    /// </summary>
    /// <param name="nodeHint">Where it was last; asked first.</param>
    public Task<Sighting<VmSight>> ObserveVmAsync(int vmid, string? nodeHint = null, CancellationToken ct = default) =>
        observer.ObserveAsync(vmid, nodeHint, ct);

    /// <summary>The same with half the calls, for who needs the status alone.</summary>
    public Task<Sighting<VmStatusSight>> ObserveStatusAsync(int vmid, string? nodeHint = null, CancellationToken ct = default) =>
        observer.ObserveStatusAsync(vmid, nodeHint, ct);

    /// <summary>The same with half the calls, for who needs the configuration alone.</summary>
    public Task<Sighting<VmSight>> ObserveConfigAsync(int vmid, string? nodeHint = null, CancellationToken ct = default) =>
        observer.ObserveConfigAsync(vmid, nodeHint, ct);

    /// <summary>Gone: its node, which answered, does not know the task (any more).</summary>
    public async Task<Sighting<PveTaskStatus>> ObserveTaskAsync(Upid upid, CancellationToken ct = default)
    {
        try
        {
            return new Sighting<PveTaskStatus>.Exists(await Tasks.StatusAsync(upid, ct));
        }
        catch (PveNotFoundException)
        {
            return new Sighting<PveTaskStatus>.Gone();
        }
        catch (PveException why)
        {
            return new Sighting<PveTaskStatus>.Unknown(why);
        }
    }

    public ValueTask DisposeAsync() => transport.DisposeAsync();
}
