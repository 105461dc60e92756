using MultiPanel.Contracts.Admission;
using MultiPanel.Contracts.VmOperations;
using MultiPanel.Proxmox.Sight;
using MultiPanel.Proxmox.Tasks;
using MultiPanel.Workers.Steps;

namespace MultiPanel.Workers.VmOperations.Operations;

/// <summary>Presses the reset button.</summary>
public sealed class ResetVm : VmOperation
{
    public override VmAction Action => VmAction.Reset;

    public override string? Class => AdmissionClass.Power;

    public override IReadOnlyList<string> TaskTypes => ["qmreset"];

    public override async Task<Upid?> StartAsync(StepContext step, VmSight seen, OperateVm command, CancellationToken cancellation) =>
        await step.Pve.Qemu.ResetAsync(seen.Node, seen.Status.VmId, cancellation);
}
