using MultiPanel.Contracts.Admission;
using MultiPanel.Contracts.AgentVerification;
using MultiPanel.Workers.Admission;
using MultiPanel.Workers.Steps;

namespace MultiPanel.Workers.AgentVerification;

/// <summary>Pulls the scratch VM's plug: nothing in it is worth a shutdown.</summary>
public sealed class StopScratchStep : Step
{
    public override string Name => VerifyAgentSteps.Stop;

    public override async Task<Slot?> SlotAsync(StepContext step, CancellationToken cancellation) =>
        new(AdmissionClass.Power, step.Vm.Node!);

    public override async Task<StepOutcome?> LookAsync(StepContext step, CancellationToken cancellation) =>
        await Scratch.SeeAsync(step, cancellation) is not { Status.IsRunning: true } seen
            ? new StepOutcome.Done()
            : step.MayHaveActed && await RunningTask.FindAsync(step, seen.Node, seen.Status.VmId, "qmstop", cancellation) is { } stopping
                ? new StepOutcome.Watch(stopping)
                : null;

    public override async Task<StepOutcome> ActAsync(StepContext step, CancellationToken cancellation) =>
        await Scratch.SeeAsync(step, cancellation) is { } seen
            ? new StepOutcome.Watch(await step.Pve.Qemu.StopAsync(seen.Node, seen.Status.VmId, ct: cancellation))
            : new StepOutcome.Done();
}
