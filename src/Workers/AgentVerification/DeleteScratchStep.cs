using MultiPanel.Contracts.Admission;
using MultiPanel.Contracts.AgentVerification;
using MultiPanel.Workers.Admission;
using MultiPanel.Workers.Steps;

namespace MultiPanel.Workers.AgentVerification;

/// <summary>Deletes the scratch VM, if it carries the marker. What fails here, the undoing tries once more, and harder.</summary>
public sealed class DeleteScratchStep : Step
{
    public override string Name => VerifyAgentSteps.Delete;

    public override async Task<Slot?> SlotAsync(StepContext step, CancellationToken cancellation) =>
        new(AdmissionClass.Delete, step.Vm.Node!);

    public override async Task<StepOutcome?> LookAsync(StepContext step, CancellationToken cancellation) =>
        await Scratch.SeeAsync(step, cancellation) is not { } seen
            ? new StepOutcome.Done()
            : step.MayHaveActed && await RunningTask.FindAsync(step, seen.Node, seen.Status.VmId, "qmdestroy", cancellation) is { } deleting
                ? new StepOutcome.Watch(deleting)
                : null;

    public override async Task<StepOutcome> ActAsync(StepContext step, CancellationToken cancellation) =>
        await Scratch.SeeAsync(step, cancellation) is { } seen
            ? new StepOutcome.Watch(await step.Pve.Qemu.DeleteAsync(seen.Node, seen.Status.VmId, purge: true, ct: cancellation))
            : new StepOutcome.Done();
}
