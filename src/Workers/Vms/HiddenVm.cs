using MultiPanel.Contracts.Vms;
using MultiPanel.Data.Vms;

namespace MultiPanel.Workers.Vms;

/// <summary>
/// A VMID that is taken by what Proxmox does not show to the panel's identity (<see cref="Proxmox.Errors.PveHiddenException"/>). It is
/// not gone; an admin sees what it is.
/// </summary>
internal static class HiddenVm
{
    public static string Text(int? vmid) => $"VMID {vmid} is taken by a VM that Proxmox does not show to the panel's identity";

    public static string Advice(int vmid) =>
        $"{Text(vmid)}. If it is what is left of this clone, remove it in Proxmox as root@pam: {Removal.Advice(vmid, locked: true, guarded: false)}";

    /// <summary>For a row whose job is over; it has a VMID.</summary>
    public static string Advice(Vm vm) => vm.Status == VmStatus.Provisioning
        ? $"{Advice(vm.Vmid!.Value)}. If it is another VM, delete {vm.Name} in the panel, which leaves that one alone"
        : $"{Text(vm.Vmid)}. It was shown before: put it back into the identity's pool, or grant VM.Audit on /vms/{vm.Vmid}, then delete {vm.Name}";
}
