using MultiPanel.Proxmox.Errors;
using MultiPanel.Proxmox.Http;
using MultiPanel.Proxmox.Tasks;

namespace MultiPanel.Proxmox.Qemu;

public sealed partial class QemuApi
{
    /// <summary>The configuration, and what of it waits for the VM's next start.</summary>
    /// <exception cref="PveNotFoundException">The VM is not on that node; it may be on another.</exception>
    public async Task<QemuPending> PendingAsync(string node, int vmid, CancellationToken ct = default) =>
        QemuPending.From(await transport.ListAsync(PvePath.Qemu(node, vmid, "pending"), null, row => row, ct));

    /// <summary>
    /// Changes the configuration at once (PUT). Repeated by itself after a lost answer where that is harmless: with a
    /// digest it is not, nor where a disk might be allocated twice.
    /// </summary>
    /// <param name="delete">Keys to remove.</param>
    /// <param name="digest">Refuses the change if the configuration is no longer the one with this digest.</param>
    /// <exception cref="PveDigestMismatchException">It is not.</exception>
    public Task ConfigureAsync(
        string node,
        int vmid,
        IReadOnlyDictionary<string, string> set,
        IEnumerable<string>? delete = null,
        string? digest = null,
        CancellationToken ct = default)
    {
        var removed = delete?.ToList() ?? [];
        return transport.SendAsync(
            new PveCall(HttpMethod.Put, PvePath.Qemu(node, vmid, "config"), Changes(set, removed, digest))
            {
                Repeatable = digest is null && !set.Keys.Concat(removed).Any(TouchesDisk),
            },
            ct);
    }

    /// <summary>The same as a task (POST), for what takes long, such as new disks.</summary>
    public Task<Upid> ConfigureTaskAsync(
        string node,
        int vmid,
        IReadOnlyDictionary<string, string> set,
        IEnumerable<string>? delete = null,
        string? digest = null,
        CancellationToken ct = default) =>
        TaskAsync(HttpMethod.Post, PvePath.Qemu(node, vmid, "config"), Changes(set, delete?.ToList() ?? [], digest), ct);

    /// <param name="disk">The slot, as in <c>scsi0</c>.</param>
    /// <param name="size">As in <c>40G</c>, or <c>+8G</c> for that much more. Shrinking fails in the task.</param>
    public Task<Upid> ResizeAsync(string node, int vmid, string disk, string size, CancellationToken ct = default) =>
        TaskAsync(HttpMethod.Put, PvePath.Qemu(node, vmid, "resize"), new PveForm { { "disk", disk }, { "size", size } }, ct);

    /// <summary>Makes the cloud-init drive again from the configuration: changed settings do not reach the guest otherwise.</summary>
    public Task RegenerateCloudInitAsync(string node, int vmid, CancellationToken ct = default) =>
        transport.SendAsync(new PveCall(HttpMethod.Put, PvePath.Qemu(node, vmid, "cloudinit"), []) { Repeatable = true }, ct);

    private static bool TouchesDisk(string key) => QemuDisk.IsSlot(key) || key.StartsWith("unused", StringComparison.Ordinal);

    private static PveForm Changes(IReadOnlyDictionary<string, string> set, List<string> delete, string? digest)
    {
        var form = new PveForm();
        foreach (var (key, value) in set)
        {
            form.Add(key, value);
        }

        form.Add("delete", delete.Count == 0 ? null : string.Join(',', delete));
        form.Add("digest", digest);
        return form;
    }
}
