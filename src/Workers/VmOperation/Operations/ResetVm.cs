using MultiPanel.Contracts;
using MultiPanel.Contracts.Admission;
using MultiPanel.Proxmox;
using MultiPanel.Sagas.Admission;
using MultiPanel.Workers.Steps;

namespace MultiPanel.Workers;

/// <summary>Presses the reset button.</summary>
public sealed class ResetVm : VmOperation
{
    public override VmAction Action => VmAction.Reset;

    public override string? Class => AdmissionClass.Power;

    public override IReadOnlyList<string> TaskTypes => ["qmreset"];

    public override async Task<Upid?> StartAsync(StepContext step, VmSight seen, OperateVm command, CancellationToken cancellation) =>
        await step.Pve.Qemu.ResetAsync(seen.Node, seen.Status.VmId, cancellation);
}
