using MultiPanel.Contracts.VmOperations;
using MultiPanel.Contracts.Vms;
using MultiPanel.Hosting.Vms;
using MultiPanel.Proxmox.Qemu;
using MultiPanel.Proxmox.Sight;
using MultiPanel.Proxmox.Tasks;
using MultiPanel.Workers.Steps;

namespace MultiPanel.Workers.VmOperations.Operations;

/// <summary>Goes on with a frozen VM.</summary>
public sealed class ResumeVm : PowerOperation
{
    public override VmAction Action => VmAction.Resume;

    public override IReadOnlyList<string> TaskTypes => ["qmresume"];

    public override bool StartsFrom(VmStatus known) => known == VmStatus.Paused;

    public override bool IsDone(VmSight seen, OperateVm command) => Shows(seen, command);

    public override bool Shows(QemuStatus status, OperateVm command) => VmState.Of(status).Status == VmStatus.Running;

    public override async Task<Upid?> StartAsync(StepContext step, VmSight seen, OperateVm command, CancellationToken cancellation) =>
        await step.Pve.Qemu.ResumeAsync(seen.Node, seen.Status.VmId, cancellation);
}
