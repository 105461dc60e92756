using MultiPanel.Contracts.VmOperations;
using MultiPanel.Contracts.Vms;
using MultiPanel.Proxmox.Qemu;
using MultiPanel.Proxmox.Sight;
using MultiPanel.Proxmox.Tasks;
using MultiPanel.Workers.Steps;

namespace MultiPanel.Workers.VmOperations.Operations;

/// <summary>Asks the guest to shut down; Proxmox's own default of 180 s, unless the command says otherwise.</summary>
public sealed class ShutdownVm : PowerOperation
{
    public override VmAction Action => VmAction.Shutdown;

    public override IReadOnlyList<string> TaskTypes => ["qmshutdown", "hastop"];

    public override bool CanBeStopped => true;

    public override bool StartsFrom(VmStatus known) => known == VmStatus.Running;

    public override bool IsDone(VmSight seen, OperateVm command) => Shows(seen, command);

    public override bool Shows(QemuStatus status, OperateVm command) => !status.IsRunning;

    public override async Task<Upid?> StartAsync(StepContext step, VmSight seen, OperateVm command, CancellationToken cancellation) =>
        await step.Pve.Qemu.ShutdownAsync(
            seen.Node, seen.Status.VmId, TimeSpan.FromSeconds(command.TimeoutSeconds ?? 180), command.Force, cancellation);
}
