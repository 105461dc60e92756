using MultiPanel.Contracts.Admission;
using MultiPanel.Contracts.VmOperations;
using MultiPanel.Proxmox.Sight;
using MultiPanel.Proxmox.Tasks;
using MultiPanel.Workers.Steps;

namespace MultiPanel.Workers.VmOperations.Operations;

/// <summary>Freezes a VM, in memory or to disk.</summary>
public sealed class SuspendVm : VmOperation
{
    public override VmAction Action => VmAction.Suspend;

    public override string? Class => AdmissionClass.Power;

    public override IReadOnlyList<string> TaskTypes => ["qmsuspend", "qmpause"];

    public override bool IsDone(VmSight seen, OperateVm command) => Shows(seen, command);

    public override bool Shows(VmSight seen, OperateVm command) => command.ToDisk
        ? seen is { Status.IsRunning: false, Config.Lock: "suspended" }
        : seen.Status is { IsRunning: true, QmpStatus: "paused" };

    public override async Task<Upid?> StartAsync(StepContext step, VmSight seen, OperateVm command, CancellationToken cancellation) =>
        await step.Pve.Qemu.SuspendAsync(seen.Node, seen.Status.VmId, command.ToDisk, cancellation);
}
