using MultiPanel.Contracts.Admission;
using MultiPanel.Contracts.VmOperations;
using MultiPanel.Proxmox.Sight;
using MultiPanel.Proxmox.Tasks;
using MultiPanel.Workers.Steps;

namespace MultiPanel.Workers.VmOperations.Operations;

/// <summary>Takes a snapshot.</summary>
public sealed class SnapshotVm : VmOperation
{
    public override VmAction Action => VmAction.Snapshot;

    public override string? Class => AdmissionClass.Snapshot;

    public override IReadOnlyList<string> TaskTypes => ["qmsnapshot"];

    public override bool CanBeStopped => true;

    public override bool EffectStays => true;

    public override async Task<bool> ShowsAsync(StepContext step, VmSight seen, OperateVm command, CancellationToken cancellation) =>
        (await step.Pve.Qemu.SnapshotsAsync(seen.Node, seen.Status.VmId, cancellation)).Any(snapshot => snapshot.Name == command.Snapshot);

    public override async Task<Upid?> StartAsync(StepContext step, VmSight seen, OperateVm command, CancellationToken cancellation) =>
        await step.Pve.Qemu.SnapshotAsync(
            seen.Node, seen.Status.VmId, command.Snapshot!, command.Description, command.WithMemory, cancellation);
}
