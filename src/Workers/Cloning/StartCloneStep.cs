using MultiPanel.Contracts.Admission;
using MultiPanel.Contracts.Cloning;
using MultiPanel.Contracts.Jobs;
using MultiPanel.Workers.Admission;
using MultiPanel.Workers.Steps;
using MultiPanel.Workers.Vms;

namespace MultiPanel.Workers.Cloning;

/// <summary>Powers the clone on, if asked.</summary>
public sealed class StartCloneStep : Step
{
    public override string Name => CloneVmSteps.Start;

    public override async Task<Slot?> SlotAsync(StepContext step, CancellationToken cancellation) =>
        new(AdmissionClass.Power, step.Vm.Node!);

    public override async Task<StepOutcome?> LookAsync(StepContext step, CancellationToken cancellation)
    {
        if (!step.Command<CloneVm>().Start)
        {
            return new StepOutcome.Skipped("The VM was not to be started");
        }

        var vm = step.Vm;
        var seen = await step.ObserveAsync(vm, cancellation)
            ?? throw new StepException(JobErrorCodes.VmNotFound, $"The clone (VMID {vm.Vmid}) has vanished from cluster {step.Cluster.Name}.");
        step.RequireSame(vm, seen);
        return seen.Status.IsRunning
            ? new StepOutcome.Done()
            : await RunningTask.FindAsync(step, seen.Node, seen.Status.VmId, "qmstart", cancellation) is { } starting ? new StepOutcome.Watch(starting) : null;
    }

    public override async Task<StepOutcome> ActAsync(StepContext step, CancellationToken cancellation)
    {
        var vm = step.Vm;
        return new StepOutcome.Watch(await step.Pve.Qemu.StartAsync(vm.Node!, vm.Vmid!.Value, cancellation));
    }
}
