using MultiPanel.Contracts.Admission;
using MultiPanel.Contracts.VmOperations;
using MultiPanel.Proxmox.Sight;
using MultiPanel.Proxmox.Tasks;
using MultiPanel.Workers.Steps;

namespace MultiPanel.Workers.VmOperations.Operations;

/// <summary>Powers a VM off, as pulling the plug would.</summary>
public sealed class StopVm : VmOperation
{
    public override VmAction Action => VmAction.Stop;

    public override string? Class => AdmissionClass.Power;

    public override IReadOnlyList<string> TaskTypes => ["qmstop"];

    public override bool IsDone(VmSight seen, OperateVm command) => Shows(seen, command);

    public override bool Shows(VmSight seen, OperateVm command) => !seen.Status.IsRunning;

    public override async Task<Upid?> StartAsync(StepContext step, VmSight seen, OperateVm command, CancellationToken cancellation) =>
        await step.Pve.Qemu.StopAsync(seen.Node, seen.Status.VmId, ct: cancellation);
}
