using MultiPanel.Contracts.Admission;
using MultiPanel.Contracts.VmOperations;
using MultiPanel.Proxmox.Sight;
using MultiPanel.Proxmox.Tasks;
using MultiPanel.Workers.Steps;

namespace MultiPanel.Workers.VmOperations.Operations;

/// <summary>Shuts the guest down and starts it again.</summary>
public sealed class RebootVm : VmOperation
{
    public override VmAction Action => VmAction.Reboot;

    public override string? Class => AdmissionClass.Power;

    public override IReadOnlyList<string> TaskTypes => ["qmreboot"];

    public override bool CanBeStopped => true;

    public override bool Shows(VmSight seen, OperateVm command) => seen.Status.IsRunning;

    public override async Task<Upid?> StartAsync(StepContext step, VmSight seen, OperateVm command, CancellationToken cancellation) =>
        await step.Pve.Qemu.RebootAsync(
            seen.Node, seen.Status.VmId, TimeSpan.FromSeconds(command.TimeoutSeconds ?? 180), cancellation);
}
