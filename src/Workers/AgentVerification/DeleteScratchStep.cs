using MultiPanel.Contracts.Admission;
using MultiPanel.Contracts.AgentVerification;
using MultiPanel.Proxmox.Sight;
using MultiPanel.Proxmox.Tasks;
using MultiPanel.Workers.Steps;
using MultiPanel.Workers.Vms;

namespace MultiPanel.Workers.AgentVerification;

/// <summary>Deletes the scratch VM, if it carries the marker. What fails here, the undo tries once more, and harder.</summary>
public sealed class DeleteScratchStep() : ScratchTaskStep(AdmissionClass.Delete, "qmdestroy")
{
    public override string Name => VerifyAgentSteps.Delete;

    protected override bool IsDone(VmSight seen) => false;

    protected override Task<Upid> StartAsync(StepContext step, VmSight seen, CancellationToken cancellation) =>
        step.DeleteOursAsync(seen, cancellation);
}
