using MultiPanel.Contracts;
using MultiPanel.Contracts.Jobs;
using MultiPanel.Contracts.Vms;
using MultiPanel.Proxmox;
using MultiPanel.Sagas.Admission;
using MultiPanel.Workers.Steps;

namespace MultiPanel.Workers;

/// <summary>
/// Deletes a VM with its disks. A VMID alone is no proof that it is still the same VM: one of ours must carry our marker,
/// one found in Proxmox must still have its name.
/// </summary>
public sealed class DeleteVm : VmOperation
{
    public override VmAction Action => VmAction.Delete;

    public override string? Class => AdmissionClass.Delete;

    public override string? TaskType => "qmdestroy";

    public override VmStatus? Leaves => VmStatus.Deleting;

    /// <summary>It is seen, so it is not gone.</summary>
    public override bool Shows(VmSight seen, OperateVm command) => false;

    public override async Task<Upid?> StartAsync(StepContext step, VmSight seen, OperateVm command, CancellationToken cancellation)
    {
        var vm = await step.VmAsync(cancellation);
        var same = vm.CreatedByJob is { } job ? Marker.IsOn(seen.Config, vm.Id, job) : seen.Config.Name == vm.Name;
        return same
            ? await step.Pve.Qemu.DeleteAsync(seen.Node, seen.Status.VmId, purge: true, ct: cancellation)
            : throw new StepException(
                JobErrorCodes.NotOurs,
                $"VMID {vm.Vmid} is now '{seen.Config.Name}', not the '{vm.Name}' that the panel knows. It was left alone; delete it in Proxmox if it is meant.",
                vm.CreatedByJob is null ? null : $"missing in its description: {Marker.Line(vm.Id, vm.CreatedByJob.Value)}");
    }
}
