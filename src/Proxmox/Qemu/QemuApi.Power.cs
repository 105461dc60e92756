using MultiPanel.Proxmox.Http;
using MultiPanel.Proxmox.Tasks;

namespace MultiPanel.Proxmox.Qemu;

public sealed partial class QemuApi
{
    /// <summary>Also wakes a VM suspended to disk.</summary>
    public Task<Upid> StartAsync(string node, int vmid, CancellationToken ct = default) => PowerAsync(node, vmid, "start", [], ct);

    /// <summary>Pulls the plug. Of a stopped VM it ends <c>OK</c>.</summary>
    /// <param name="overruleShutdown">Ends a shutdown task that holds the VM.</param>
    public Task<Upid> StopAsync(string node, int vmid, bool overruleShutdown = false, CancellationToken ct = default) =>
        PowerAsync(node, vmid, "stop", new PveForm { { "overrule-shutdown", overruleShutdown ? true : null } }, ct);

    /// <param name="timeout">How long the guest may take; Proxmox's default is 180 s.</param>
    /// <param name="forceStop">Pulls the plug after that.</param>
    public Task<Upid> ShutdownAsync(string node, int vmid, TimeSpan? timeout = null, bool forceStop = false, CancellationToken ct = default) =>
        PowerAsync(node, vmid, "shutdown", new PveForm { { "timeout", timeout }, { "forceStop", forceStop ? true : null } }, ct);

    /// <summary>Shuts the guest down and starts it again, with pending changes applied.</summary>
    public Task<Upid> RebootAsync(string node, int vmid, TimeSpan? timeout = null, CancellationToken ct = default) =>
        PowerAsync(node, vmid, "reboot", new PveForm { { "timeout", timeout } }, ct);

    public Task<Upid> ResetAsync(string node, int vmid, CancellationToken ct = default) => PowerAsync(node, vmid, "reset", [], ct);

    /// <param name="toDisk">Saves the memory and ends QEMU; else the VM is only paused.</param>
    public Task<Upid> SuspendAsync(string node, int vmid, bool toDisk = false, CancellationToken ct = default) =>
        PowerAsync(node, vmid, "suspend", new PveForm { { "todisk", toDisk ? true : null } }, ct);

    /// <summary>Of a paused VM. One suspended to disk is started.</summary>
    public Task<Upid> ResumeAsync(string node, int vmid, CancellationToken ct = default) => PowerAsync(node, vmid, "resume", [], ct);

    private Task<Upid> PowerAsync(string node, int vmid, string action, PveForm form, CancellationToken ct) =>
        TaskAsync(HttpMethod.Post, PvePath.Qemu(node, vmid, "status", action), form, ct);
}
