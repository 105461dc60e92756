using MultiPanel.Contracts.Jobs;
using MultiPanel.Data.Vms;
using MultiPanel.Proxmox.Qemu;
using MultiPanel.Proxmox.Sight;
using MultiPanel.Workers.Steps;

namespace MultiPanel.Workers.Vms;

/// <summary>
/// Whether what has a VMID now is still the VM that the panel means: VMIDs are used again. Ours carry the marker or the
/// SMBIOS uuid that was seen; one found in Proxmox has that uuid or, before it was looked at, its name.
/// </summary>
public static class VmIdentity
{
    /// <summary>New for every VM and clone, kept by a rename, a migration and a rollback.</summary>
    public static string? Uuid(QemuConfig config) => config.Raw.GetValueOrDefault("smbios1")?.Split(',')
        .FirstOrDefault(part => part.StartsWith("uuid=", StringComparison.Ordinal))?["uuid=".Length..];

    /// <exception cref="StepException">It is another VM. Its name is not in the text: it may be another company's.</exception>
    public static void Require(Vm vm, VmSight seen)
    {
        var same = (vm.CreatedByJob is { } job && Marker.IsOn(seen.Config, vm.Id, job))
            || (vm.Uuid is not null ? vm.Uuid == Uuid(seen.Config) : vm.CreatedByJob is null && seen.Config.Name == vm.Name);
        if (!same)
        {
            throw new StepException(
                JobErrorCodes.NotOurs,
                $"VMID {vm.Vmid} is now another VM, not the '{vm.Name}' that the panel knows. It was left alone; if it is meant, do this in Proxmox.",
                vm.CreatedByJob is { } by ? $"missing in its description: {Marker.Line(vm.Id, by)}" : null);
        }
    }
}
