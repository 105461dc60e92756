using MultiPanel.Contracts.Jobs;
using MultiPanel.Data.Vms;
using MultiPanel.Hosting.Vms;
using MultiPanel.Proxmox.Qemu;
using MultiPanel.Proxmox.Sight;
using MultiPanel.Workers.Steps;

namespace MultiPanel.Workers.Vms;

/// <summary>
/// Whether what has a VMID now is still the VM that the panel means: VMIDs are used again. Ours carry the marker or the
/// SMBIOS uuid that was seen; one found in Proxmox has the uuid of the first look at it. Before that its VMID and node stand
/// for it, and where it has moved, its label: names are edited, and Proxmox makes one up where there is none.
/// </summary>
public static class VmIdentity
{
    /// <inheritdoc cref="VmFacts.Uuid"/>
    public static string? Uuid(QemuConfig config) => VmFacts.Uuid(config);

    public static bool IsSame(Vm vm, VmSight seen) => (vm.CreatedByJob is { } job && Marker.IsOn(seen.Config, vm.Id, job))
        || (vm.Uuid is not null
            ? vm.Uuid == Uuid(seen.Config)
            : vm.CreatedByJob is null && (seen.Node == vm.Node || Label(seen.Config.Name, vm.Vmid) == Label(vm.Name, vm.Vmid)));

    /// <exception cref="StepException">It is another VM. Its name is not in the text: it may be another company's.</exception>
    public static void Require(Vm vm, VmSight seen)
    {
        if (!IsSame(vm, seen))
        {
            throw new StepException(
                JobErrorCodes.NotOurs,
                $"VMID {vm.Vmid} is now another VM, not the '{vm.Name}' that the panel knows. It was left alone; if it is meant, do this in Proxmox.",
                vm.CreatedByJob is { } by ? $"missing in its description: {Marker.Line(vm.Id, by)}" : null);
        }
    }

    /// <summary>As Proxmox lists a VM: <c>VM 100</c> without a name (QemuServer.pm, <c>vmstatus</c>); the inventory calls a new one <c>vm-100</c>.</summary>
    private static string? Label(string? name, int? vmid) => name is null || name == $"vm-{vmid}" ? $"VM {vmid}" : name;
}
