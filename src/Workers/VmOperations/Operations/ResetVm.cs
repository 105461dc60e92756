using MultiPanel.Contracts.VmOperations;
using MultiPanel.Contracts.Vms;
using MultiPanel.Proxmox.Qemu;
using MultiPanel.Proxmox.Sight;
using MultiPanel.Proxmox.Tasks;
using MultiPanel.Workers.Steps;

namespace MultiPanel.Workers.VmOperations.Operations;

/// <summary>Presses the reset button.</summary>
public sealed class ResetVm : PowerOperation
{
    public override VmAction Action => VmAction.Reset;

    public override IReadOnlyList<string> TaskTypes => ["qmreset"];

    public override bool StartsFrom(VmStatus known) => known == VmStatus.Running;

    public override bool Shows(QemuStatus status, OperateVm command) => status.IsRunning;

    public override async Task<Upid?> StartAsync(StepContext step, VmSight seen, OperateVm command, CancellationToken cancellation) =>
        await step.Pve.Qemu.ResetAsync(seen.Node, seen.Status.VmId, cancellation);
}
