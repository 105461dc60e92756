using MultiPanel.Proxmox.Errors;
using MultiPanel.Proxmox.Http;
using MultiPanel.Proxmox.Tasks;

namespace MultiPanel.Proxmox.Qemu;

public sealed partial class QemuApi
{
    /// <summary>With the present state as the one that <see cref="QemuSnapshot.IsCurrent"/>.</summary>
    public Task<IReadOnlyList<QemuSnapshot>> SnapshotsAsync(string node, int vmid, CancellationToken ct = default) =>
        transport.ListAsync(PvePath.Qemu(node, vmid, "snapshot"), null, QemuSnapshot.From, ct);

    /// <summary>The configuration as it was when the snapshot was taken.</summary>
    /// <exception cref="PveNotFoundException">There is no such snapshot, or the VM is not on that node.</exception>
    public async Task<QemuConfig> SnapshotConfigAsync(string node, int vmid, string name, CancellationToken ct = default) =>
        QemuConfig.From(await transport.ObjectAsync(PvePath.Qemu(node, vmid, "config"), new PveForm { { "snapshot", name } }, ct));

    /// <param name="vmstate">With the memory of a running VM.</param>
    public Task<Upid> SnapshotAsync(string node, int vmid, string name, string? description = null, bool vmstate = false, CancellationToken ct = default) =>
        TaskAsync(
            HttpMethod.Post,
            PvePath.Qemu(node, vmid, "snapshot"),
            new PveForm { { "snapname", name }, { "description", description }, { "vmstate", vmstate ? true : null } },
            ct);

    /// <param name="start">Starts the VM afterwards; one with memory in the snapshot runs anyway.</param>
    public Task<Upid> RollbackAsync(string node, int vmid, string name, bool start = false, CancellationToken ct = default) =>
        TaskAsync(HttpMethod.Post, PvePath.Qemu(node, vmid, "snapshot", name, "rollback"), new PveForm { { "start", start ? true : null } }, ct);

    /// <param name="force">Removes it from the configuration even if its disks stay.</param>
    public Task<Upid> DeleteSnapshotAsync(string node, int vmid, string name, bool force = false, CancellationToken ct = default) =>
        TaskAsync(HttpMethod.Delete, PvePath.Qemu(node, vmid, "snapshot", name), new PveForm { { "force", force ? true : null } }, ct);
}
