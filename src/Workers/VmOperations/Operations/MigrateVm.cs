using MultiPanel.Contracts.Admission;
using MultiPanel.Contracts.VmOperations;
using MultiPanel.Proxmox.Sight;
using MultiPanel.Proxmox.Tasks;
using MultiPanel.Workers.Steps;
using MultiPanel.Workers.Vms;

namespace MultiPanel.Workers.VmOperations.Operations;

/// <summary>Moves a VM to another node, running or not, with its local disks.</summary>
public sealed class MigrateVm : VmOperation
{
    public override VmAction Action => VmAction.Migrate;

    public override string? Class => AdmissionClass.Migrate;

    public override IReadOnlyList<string> TaskTypes => ["qmigrate", "hamigrate"];

    public override bool CanBeStopped => true;

    public override bool IsDone(VmSight seen, OperateVm command) => Shows(seen, command);

    public override bool Shows(VmSight seen, OperateVm command) => seen.Node == command.Node;

    public override async Task<Upid?> StartAsync(StepContext step, VmSight seen, OperateVm command, CancellationToken cancellation)
    {
        await Placement.CheckMoveAsync(step, seen, command.Node!, command.TargetStorage);
        return await step.Pve.Qemu.MigrateAsync(
            seen.Node, seen.Status.VmId, command.Node!, online: seen.Status.IsRunning, withLocalDisks: true, targetStorage: command.TargetStorage, ct: cancellation);
    }
}
