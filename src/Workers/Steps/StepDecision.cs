using MultiPanel.Contracts.Jobs;
using MultiPanel.Data.Jobs;

namespace MultiPanel.Workers.Steps;

/// <summary>What the job's row says about a command that asks for steps. It follows from the row alone.</summary>
public abstract record StepDecision
{
    private StepDecision()
    {
    }

    /// <summary>Run that step.</summary>
    public sealed record Run(Step Step) : StepDecision;

    /// <summary>
    /// The saga asks for what is not due: it is dropped. The row is right, and where work is left, a new saga finds its way through
    /// what is done.
    /// </summary>
    public sealed record ReleaseSaga(bool WorkIsLeft) : StepDecision;

    /// <summary>All of the sequence has succeeded: repeat that to the saga.</summary>
    public sealed record RepeatSuccess(Step Last) : StepDecision;

    /// <summary>The job has failed: repeat that to the saga.</summary>
    public sealed record RepeatFailure(Step Step) : StepDecision;

    /// <summary>The job is to be cancelled, and nothing of this step has begun.</summary>
    public sealed record CancelUnstarted(Step Step) : StepDecision;

    public static StepDecision Of(Job job, StepSequence sequence)
    {
        if (job.IsFinal)
        {
            return sequence.Undoes && job.UndoIsPending() ? new Run(sequence.Steps[0]) : new ReleaseSaga(WorkIsLeft: false);
        }

        var steps = sequence.Of(job).ToList();
        if (steps.Count == 0 || IsOutOfOrder(job, steps[0]))
        {
            return new ReleaseSaga(WorkIsLeft: true);
        }

        var next = steps.Find(step => job.FindStep(step.Name)?.Status is not (StepStatus.Succeeded or StepStatus.Skipped));
        return next switch
        {
            null => new RepeatSuccess(steps[^1]),
            { Undoes: true } => new Run(next),
            _ when job.Error is not null => new RepeatFailure(next),
            _ when NeverActed(job, next) => new CancelUnstarted(next),
            _ => new Run(next),
        };
    }

    /// <summary>The job is to be cancelled, and no try of this step has begun anything in Proxmox or is about to.</summary>
    public static bool NeverActed(Job job, Step step) =>
        job is { Status: JobStatus.Cancelling, Slot: null, ClaimedBy: null } && step is { Cancellable: true, Undoes: false }
        && (job.FindStep(step.Name) is not { } state || state is { Upid: null, Status: StepStatus.Pending or StepStatus.Waiting });

    /// <summary>An earlier step has not ended, or there is nothing to undo.</summary>
    private static bool IsOutOfOrder(Job job, Step first) => first.Undoes
        ? job is { Error: null, Status: not JobStatus.Cancelling }
        : job.Steps.TakeWhile(earlier => earlier.Name != first.Name)
            .Any(earlier => earlier.Name != JobStep.Undo && earlier.Status is not (StepStatus.Succeeded or StepStatus.Skipped or StepStatus.Failed));
}
