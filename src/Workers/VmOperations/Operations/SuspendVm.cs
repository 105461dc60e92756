using MultiPanel.Contracts.VmOperations;
using MultiPanel.Contracts.Vms;
using MultiPanel.Hosting.Vms;
using MultiPanel.Proxmox.Qemu;
using MultiPanel.Proxmox.Sight;
using MultiPanel.Proxmox.Tasks;
using MultiPanel.Workers.Steps;

namespace MultiPanel.Workers.VmOperations.Operations;

/// <summary>Freezes a VM, in memory or to disk.</summary>
public sealed class SuspendVm : PowerOperation
{
    public override VmAction Action => VmAction.Suspend;

    public override IReadOnlyList<string> TaskTypes => ["qmsuspend", "qmpause"];

    public override bool StartsFrom(VmStatus known) => known == VmStatus.Running;

    public override bool IsDone(VmSight seen, OperateVm command) => Shows(seen, command);

    public override bool Shows(QemuStatus status, OperateVm command) => VmState.Of(status).Status == (command.ToDisk ? VmStatus.Suspended : VmStatus.Paused);

    public override async Task<Upid?> StartAsync(StepContext step, VmSight seen, OperateVm command, CancellationToken cancellation) =>
        await step.Pve.Qemu.SuspendAsync(seen.Node, seen.Status.VmId, command.ToDisk, cancellation);
}
