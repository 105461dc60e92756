namespace MultiPanel.Workers.Vms;

/// <summary>
/// A VMID that is taken by what Proxmox does not show to the panel's identity (<see cref="Proxmox.Errors.PveHiddenException"/>). It is
/// not gone; an admin sees what it is.
/// </summary>
internal static class HiddenVm
{
    public static string Text(int? vmid) => $"VMID {vmid} is taken by a VM that Proxmox does not show to the panel's identity";

    public static string Advice(int vmid) =>
        $"{Text(vmid)}. If it is the rest of this clone, remove it in Proxmox as root@pam: {Removal.Advice(vmid, locked: true, guarded: false)}";

    /// <param name="name">The VM as the panel calls it.</param>
    public static string Advice(int vmid, string name) =>
        $"{Advice(vmid)}. If it is another VM, delete {name} in the panel, which leaves that one alone";
}
