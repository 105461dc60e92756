using System.Text.Json;
using MultiPanel.Proxmox.Errors;
using MultiPanel.Proxmox.Http;
using MultiPanel.Proxmox.Tasks;

namespace MultiPanel.Proxmox.Qemu;

/// <summary>
/// Virtual machines. What returns a <see cref="Upid"/> has only begun: its task says how it ends, and many refusals come
/// there (<c>VM 100 already running</c>). Such calls are sent once; see <see cref="PveException.OutcomeUnknown"/>.
/// </summary>
public sealed partial class QemuApi
{
    private readonly PveTransport transport;

    internal QemuApi(PveTransport transport) => this.transport = transport;

    public Task<IReadOnlyList<QemuStatus>> ListAsync(string node, CancellationToken ct = default) =>
        transport.ListAsync(PvePath.Node(node, "qemu"), null, QemuStatus.From, ct);

    /// <param name="current">The values in force instead of those pending for the next start.</param>
    /// <exception cref="PveNotFoundException">The VM is not on that node; it may be on another.</exception>
    public async Task<QemuConfig> ConfigAsync(string node, int vmid, bool current = false, CancellationToken ct = default)
    {
        var form = current ? new PveForm { { "current", true } } : null;
        return QemuConfig.From(await transport.ObjectAsync(PvePath.Qemu(node, vmid, "config"), form, ct));
    }

    /// <summary>The configuration that a snapshot has kept.</summary>
    /// <exception cref="PveNotFoundException">There is no such snapshot, or the VM is not on that node.</exception>
    public async Task<QemuConfig> SnapshotConfigAsync(string node, int vmid, string snapshot, CancellationToken ct = default) =>
        QemuConfig.From(await transport.ObjectAsync(PvePath.Qemu(node, vmid, "config"), new PveForm { { "snapshot", snapshot } }, ct));

    /// <exception cref="PveNotFoundException">The VM is not on that node; it may be on another.</exception>
    public async Task<QemuStatus> StatusAsync(string node, int vmid, CancellationToken ct = default) =>
        QemuStatus.From(await transport.ObjectAsync(PvePath.Qemu(node, vmid, "status", "current"), null, ct));

    /// <param name="config">Keys as in the configuration file.</param>
    public Task<Upid> CreateAsync(string node, int vmid, IReadOnlyDictionary<string, string> config, CancellationToken ct = default)
    {
        var form = new PveForm { { "vmid", vmid } };
        foreach (var (key, value) in config)
        {
            form.Add(key, value);
        }

        return TaskAsync(HttpMethod.Post, PvePath.Node(node, "qemu"), form, ct);
    }

    /// <param name="node">The source's node, also where the clone goes to another.</param>
    public Task<Upid> CloneAsync(string node, int vmid, CloneRequest request, CancellationToken ct = default) =>
        TaskAsync(
            HttpMethod.Post,
            PvePath.Qemu(node, vmid, "clone"),
            new PveForm
            {
                { "newid", request.NewId },
                { "name", request.Name },
                { "description", request.Description },
                { "full", request.Full },
                { "storage", request.Storage },
                { "format", request.Format },
                { "target", request.Target },
                { "pool", request.Pool },
                { "snapname", request.SnapName },
                { "bwlimit", request.BwLimit },
            },
            ct);

    /// <summary>Makes a template of a stopped VM without snapshots.</summary>
    public Task<Upid> TemplateAsync(string node, int vmid, CancellationToken ct = default) =>
        TaskAsync(HttpMethod.Post, PvePath.Qemu(node, vmid, "template"), [], ct);

    /// <param name="purge">Also from backup jobs, replication and HA.</param>
    /// <param name="destroyUnreferencedDisks">Also volumes with this VMID that the configuration does not name.</param>
    public Task<Upid> DeleteAsync(string node, int vmid, bool purge = false, bool destroyUnreferencedDisks = false, CancellationToken ct = default) =>
        TaskAsync(
            HttpMethod.Delete,
            PvePath.Qemu(node, vmid),
            new PveForm { { "purge", purge }, { "destroy-unreferenced-disks", destroyUnreferencedDisks } },
            ct);

    public async Task<MigratePreconditions> MigratePreconditionsAsync(string node, int vmid, string? target = null, CancellationToken ct = default) =>
        MigratePreconditions.From(await transport.ObjectAsync(PvePath.Qemu(node, vmid, "migrate"), new PveForm { { "target", target } }, ct));

    /// <param name="online">Required for a running VM.</param>
    /// <param name="targetStorage">A storage for all disks, or pairs <c>from:to</c>.</param>
    public Task<Upid> MigrateAsync(
        string node,
        int vmid,
        string target,
        bool online = false,
        bool withLocalDisks = false,
        string? targetStorage = null,
        CancellationToken ct = default) =>
        TaskAsync(
            HttpMethod.Post,
            PvePath.Qemu(node, vmid, "migrate"),
            new PveForm
            {
                { "target", target },
                { "online", online ? true : null },
                { "with-local-disks", withLocalDisks ? true : null },
                { "targetstorage", targetStorage },
            },
            ct);

    private async Task<Upid> TaskAsync(HttpMethod method, string path, PveForm form, CancellationToken ct)
    {
        var call = new PveCall(method, path, form);
        return AsUpid(call, (await transport.SendAsync(call, ct)).Data);
    }

    private static Upid AsUpid(PveCall call, JsonElement data) =>
        Upid.TryParse(data.Scalar(), out var upid)
            ? upid
            : throw new PveException(call.Fault("Proxmox answered without a UPID.") with { Status = 200, OutcomeUnknown = true });
}
