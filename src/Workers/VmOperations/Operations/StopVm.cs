using MultiPanel.Contracts.VmOperations;
using MultiPanel.Contracts.Vms;
using MultiPanel.Proxmox.Qemu;
using MultiPanel.Proxmox.Sight;
using MultiPanel.Proxmox.Tasks;
using MultiPanel.Workers.Steps;

namespace MultiPanel.Workers.VmOperations.Operations;

/// <summary>Powers a VM off, as pulling the plug would.</summary>
public sealed class StopVm : PowerOperation
{
    public override VmAction Action => VmAction.Stop;

    public override IReadOnlyList<string> TaskTypes => ["qmstop", "hastop"];

    public override bool StartsFrom(VmStatus known) => known == VmStatus.Running;

    public override bool IsDone(VmSight seen, OperateVm command) => Shows(seen, command);

    public override bool Shows(QemuStatus status, OperateVm command) => !status.IsRunning;

    public override async Task<Upid?> StartAsync(StepContext step, VmSight seen, OperateVm command, CancellationToken cancellation) =>
        await step.Pve.Qemu.StopAsync(seen.Node, seen.Status.VmId, ct: cancellation);
}
