using MultiPanel.Data.Vms;
using MultiPanel.Proxmox.Sight;

namespace MultiPanel.Hosting.Vms;

/// <summary>
/// Whether what has a VMID now is still the VM that the panel means: VMIDs are used again. Ours carry the marker or the
/// SMBIOS uuid that was seen; one found in Proxmox has the uuid of the first look at it. Before that its VMID and node stand
/// for it, and where it has moved, its label: names are edited, and Proxmox makes one up where there is none.
/// </summary>
public static class VmIdentity
{
    public static bool IsSame(Vm vm, VmSight seen) => (vm.CreatedByJob is { } job && Marker.IsOn(seen.Config, vm.Id, job))
        || (vm.Uuid is not null
            ? vm.Uuid == VmFacts.Uuid(seen.Config)
            : vm.CreatedByJob is null && (seen.Node == vm.Node || Label(seen.Config.Name, vm.Vmid) == Label(vm.Name, vm.Vmid)));

    /// <summary>Why it must be left alone; null: it is the VM that the panel means.</summary>
    /// <returns>A sentence without its name, which may be another company's.</returns>
    /// <param name="installation">This panel's key.</param>
    public static string? WhyNot(Vm vm, VmSight seen, string installation) => !IsSame(vm, seen)
        ? $"VMID {vm.Vmid} is now another VM, not the '{vm.Name}' that the panel knows."
        : Marker.IsAnothers(seen.Config, installation)
            ? $"VMID {vm.Vmid} ('{vm.Name}') carries the marker of another panel, which manages it."
            : null;

    /// <summary>As Proxmox lists a VM: <c>VM 100</c> without a name (QemuServer.pm, <c>vmstatus</c>); the inventory calls a new one <c>vm-100</c>.</summary>
    private static string? Label(string? name, int? vmid) => name is null || name == $"vm-{vmid}" ? $"VM {vmid}" : name;
}
