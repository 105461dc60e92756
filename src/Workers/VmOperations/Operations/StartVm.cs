using MultiPanel.Contracts.VmOperations;
using MultiPanel.Contracts.Vms;
using MultiPanel.Hosting.Vms;
using MultiPanel.Proxmox.Qemu;
using MultiPanel.Proxmox.Sight;
using MultiPanel.Proxmox.Tasks;
using MultiPanel.Workers.Steps;

namespace MultiPanel.Workers.VmOperations.Operations;

/// <summary>Powers a VM on; one suspended wakes, one paused goes on.</summary>
public sealed class StartVm : PowerOperation
{
    public override VmAction Action => VmAction.Start;

    public override IReadOnlyList<string> TaskTypes => ["qmstart", "qmresume", "hastart"];

    public override bool CanBeStopped => true;

    public override bool StartsFrom(VmStatus known) => known == VmStatus.Stopped;

    public override bool IsDone(VmSight seen, OperateVm command) => Shows(seen, command);

    public override bool Shows(QemuStatus status, OperateVm command) => VmState.Of(status).Status == VmStatus.Running;

    public override async Task<Upid?> StartAsync(StepContext step, VmSight seen, OperateVm command, CancellationToken cancellation) =>
        seen.Status.IsRunning
            ? await step.Pve.Qemu.ResumeAsync(seen.Node, seen.Status.VmId, cancellation)
            : await step.Pve.Qemu.StartAsync(seen.Node, seen.Status.VmId, cancellation);
}
