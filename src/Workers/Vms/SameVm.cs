using MultiPanel.Contracts.Jobs;
using MultiPanel.Data.Vms;
using MultiPanel.Hosting.Vms;
using MultiPanel.Proxmox.Sight;
using MultiPanel.Workers.Steps;

namespace MultiPanel.Workers.Vms;

/// <summary>A step acts on the VM that the panel means, and on no other that has its VMID: <see cref="VmIdentity"/>.</summary>
internal static class SameVm
{
    public static bool IsSame(this StepContext step, Vm vm, VmSight seen) => VmIdentity.WhyNot(vm, seen, step.Installation) is null;

    /// <exception cref="StepException">It is another VM, or another panel's.</exception>
    public static void RequireSame(this StepContext step, Vm vm, VmSight seen)
    {
        if (VmIdentity.WhyNot(vm, seen, step.Installation) is { } why)
        {
            throw new StepException(
                JobErrorCodes.NotOurs,
                $"{why} It was left alone; if it is meant, do this in Proxmox.",
                vm.CreatedByJob is { } by && !Marker.IsOn(seen.Config, vm.Id, by) ? $"missing in its description: {Marker.Line(vm.Id, by)}" : null);
        }
    }
}
