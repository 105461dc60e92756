using MultiPanel.Proxmox.Sight;
using MultiPanel.Proxmox.Tasks;
using MultiPanel.Workers.Steps;

namespace MultiPanel.Workers.Vms;

/// <summary>Removes a VM that carries our marker, though it is protected: its template was, or the job itself asked for it.</summary>
internal static class Removal
{
    public static async Task<Upid> DeleteOursAsync(this StepContext step, VmSight seen, CancellationToken cancellation)
    {
        if (seen.Config.Protected)
        {
            await step.Pve.Qemu.ConfigureAsync(
                seen.Node, seen.Status.VmId, new Dictionary<string, string> { ["protection"] = "0" }, ct: cancellation);
        }

        return await step.Pve.Qemu.DeleteAsync(seen.Node, seen.Status.VmId, purge: true, ct: cancellation);
    }

    /// <summary>What an operator types as root@pam to remove it, one after the other.</summary>
    public static string Advice(int vmid, bool locked, bool guarded) => string.Join(", then ", new[]
    {
        locked ? $"qm unlock {vmid}" : null,
        guarded ? $"qm set {vmid} --protection 0" : null,
        $"qm destroy {vmid}",
    }.OfType<string>());
}
