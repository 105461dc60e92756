using MultiPanel.Contracts.Admission;
using MultiPanel.Contracts.VmOperations;
using MultiPanel.Proxmox.Sight;
using MultiPanel.Proxmox.Tasks;
using MultiPanel.Workers.Steps;
using MultiPanel.Workers.Vms;

namespace MultiPanel.Workers.VmOperations.Operations;

/// <summary>Puts a VM back to a snapshot; what came after it is lost.</summary>
public sealed class RollbackVm : VmOperation
{
    public override VmAction Action => VmAction.Rollback;

    public override string? Class => AdmissionClass.Snapshot;

    public override IReadOnlyList<string> TaskTypes => ["qmrollback"];

    public override async Task<Upid?> StartAsync(StepContext step, VmSight seen, OperateVm command, CancellationToken cancellation)
    {
        if (step.Vm.CompanyId is not null)
        {
            var then = await step.Pve.Qemu.SnapshotConfigAsync(seen.Node, seen.Status.VmId, command.Snapshot!, cancellation);
            await GrowthGuard.ReserveAsync(step, then, cancellation);
        }

        return await step.Pve.Qemu.RollbackAsync(seen.Node, seen.Status.VmId, command.Snapshot!, ct: cancellation);
    }
}
