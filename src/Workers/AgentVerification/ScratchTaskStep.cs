using MultiPanel.Proxmox.Sight;
using MultiPanel.Proxmox.Tasks;
using MultiPanel.Workers.Admission;
using MultiPanel.Workers.Steps;

namespace MultiPanel.Workers.AgentVerification;

/// <summary>A step that cleans up the scratch VM by one Proxmox task, if the VM carries the marker. A scratch VM that is gone needs no cleaning.</summary>
/// <param name="admissionClass">What the task counts as; see <see cref="Slot.Class"/>.</param>
/// <param name="taskType">As in the task's UPID, for example <c>qmstop</c>.</param>
public abstract class ScratchTaskStep(string admissionClass, string taskType) : Step
{
    public override async Task<Slot?> SlotAsync(StepContext step, CancellationToken cancellation) => new(admissionClass, step.Vm.Node!);

    public override async Task<StepOutcome?> LookAsync(StepContext step, CancellationToken cancellation)
    {
        if (await Scratch.SeeAsync(step, cancellation) is not { } seen || IsDone(seen))
        {
            return new StepOutcome.Done();
        }

        return step.MayHaveActed && await RunningTask.FindAsync(step, seen.Node, seen.Status.VmId, taskType, cancellation) is { } running
            ? new StepOutcome.Watch(running)
            : null;
    }

    public override async Task<StepOutcome> ActAsync(StepContext step, CancellationToken cancellation) =>
        await Scratch.SeeAsync(step, cancellation) is { } seen
            ? new StepOutcome.Watch(await StartAsync(step, seen, cancellation))
            : new StepOutcome.Done();

    /// <summary>The task has had its effect, though the VM is still there.</summary>
    protected abstract bool IsDone(VmSight seen);

    protected abstract Task<Upid> StartAsync(StepContext step, VmSight seen, CancellationToken cancellation);
}
