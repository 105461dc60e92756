using MultiPanel.Contracts.VmOperations;
using MultiPanel.Contracts.Vms;
using MultiPanel.Proxmox.Qemu;
using MultiPanel.Proxmox.Sight;
using MultiPanel.Proxmox.Tasks;
using MultiPanel.Workers.Steps;

namespace MultiPanel.Workers.VmOperations.Operations;

/// <summary>Shuts the guest down and starts it again.</summary>
public sealed class RebootVm : PowerOperation
{
    public override VmAction Action => VmAction.Reboot;

    public override IReadOnlyList<string> TaskTypes => ["qmreboot"];

    public override bool CanBeStopped => true;

    public override bool StartsFrom(VmStatus known) => known == VmStatus.Running;

    public override bool Shows(QemuStatus status, OperateVm command) => status.IsRunning;

    public override async Task<Upid?> StartAsync(StepContext step, VmSight seen, OperateVm command, CancellationToken cancellation) =>
        await step.Pve.Qemu.RebootAsync(
            seen.Node, seen.Status.VmId, TimeSpan.FromSeconds(command.TimeoutSeconds ?? 180), cancellation);
}
