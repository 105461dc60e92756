using MultiPanel.Contracts.Admission;
using MultiPanel.Contracts.VmOperations;
using MultiPanel.Proxmox.Sight;
using MultiPanel.Proxmox.Tasks;
using MultiPanel.Workers.Steps;

namespace MultiPanel.Workers.VmOperations.Operations;

/// <summary>Removes a snapshot; the VM stays as it is.</summary>
public sealed class DeleteSnapshot : VmOperation
{
    public override VmAction Action => VmAction.DeleteSnapshot;

    public override string? Class => AdmissionClass.Snapshot;

    public override IReadOnlyList<string> TaskTypes => ["qmdelsnapshot"];

    public override bool EffectStays => true;

    public override async Task<bool> ShowsAsync(StepContext step, VmSight seen, OperateVm command, CancellationToken cancellation) =>
        !(await step.Pve.Qemu.SnapshotsAsync(seen.Node, seen.Status.VmId, cancellation)).Any(snapshot => snapshot.Name == command.Snapshot);

    public override async Task<Upid?> StartAsync(StepContext step, VmSight seen, OperateVm command, CancellationToken cancellation) =>
        await step.Pve.Qemu.DeleteSnapshotAsync(seen.Node, seen.Status.VmId, command.Snapshot!, ct: cancellation);
}
