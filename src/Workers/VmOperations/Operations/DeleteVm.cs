using MultiPanel.Contracts.Admission;
using MultiPanel.Contracts.Jobs;
using MultiPanel.Contracts.VmOperations;
using MultiPanel.Hosting.Vms;
using MultiPanel.Proxmox.Sight;
using MultiPanel.Proxmox.Tasks;
using MultiPanel.Workers.Steps;
using MultiPanel.Workers.Vms;

namespace MultiPanel.Workers.VmOperations.Operations;

/// <summary>
/// Deletes a VM with its disks. One of ours must carry our marker.
/// </summary>
public sealed class DeleteVm : VmOperation
{
    public override VmAction Action => VmAction.Delete;

    public override string? Class => AdmissionClass.Delete;

    public override IReadOnlyList<string> TaskTypes => ["qmdestroy"];

    /// <summary>It is seen, so it is not gone.</summary>
    public override bool Shows(VmSight seen, OperateVm command) => false;

    public override async Task<Upid?> StartAsync(StepContext step, VmSight seen, OperateVm command, CancellationToken cancellation)
    {
        var vm = step.Vm;
        if (vm.CreatedByJob is { } job && !Marker.IsOn(seen.Config, vm.Id, job))
        {
            throw new StepException(
                JobErrorCodes.NotOurs,
                $"VMID {vm.Vmid} does not carry the marker of '{vm.Name}'. It was left alone; delete it in Proxmox if it is meant.",
                $"missing in its description: {Marker.Line(vm.Id, job)}");
        }

        return RunVmTaskStep.IsRemainder(vm, command)
            ? await step.DeleteOursAsync(seen, cancellation)
            : await step.Pve.Qemu.DeleteAsync(seen.Node, seen.Status.VmId, purge: true, ct: cancellation);
    }
}
