using MultiPanel.Contracts.Admission;
using MultiPanel.Contracts.VmOperations;
using MultiPanel.Proxmox.Sight;
using MultiPanel.Proxmox.Tasks;
using MultiPanel.Workers.Steps;

namespace MultiPanel.Workers.VmOperations.Operations;

/// <summary>Makes a template of a stopped VM; there is no way back.</summary>
public sealed class MakeTemplate : VmOperation
{
    public override VmAction Action => VmAction.Template;

    public override string? Class => AdmissionClass.Snapshot;

    public override IReadOnlyList<string> TaskTypes => ["qmtemplate"];

    public override bool IsDone(VmSight seen, OperateVm command) => Shows(seen, command);

    public override bool Shows(VmSight seen, OperateVm command) => seen.Config.Template;

    public override async Task<Upid?> StartAsync(StepContext step, VmSight seen, OperateVm command, CancellationToken cancellation) =>
        await step.Pve.Qemu.TemplateAsync(seen.Node, seen.Status.VmId, cancellation);
}
