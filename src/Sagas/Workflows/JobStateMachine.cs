using MassTransit;
using MultiPanel.Contracts.Jobs;

namespace MultiPanel.Sagas.Workflows;

/// <summary>
/// What all workflows share: their events and how they end. A step's outcome counts only in the state that waits for
/// that step, so that a late or doubled message changes nothing. A command delivered again asks for the current steps again.
/// </summary>
public abstract class JobStateMachine<TState, TCommand> : MassTransitStateMachine<TState>
    where TState : JobState
    where TCommand : class, IJobCommand
{
    protected JobStateMachine()
    {
        InstanceState(saga => saga.CurrentState);

        Event(() => Submitted, e => e.CorrelateById(context => context.Message.JobId));
        Event(() => StepSucceeded, e => e.Discard());
        Event(() => StepFailed, e => e.Discard());
        Event(() => CancelRequested, e => e.Discard());
        Event(() => ReleaseSaga, e => e.Discard());

        DuringAny(When(ReleaseSaga).Finalize());
        SetCompletedWhenFinalized();
    }

    /// <summary>The command: for the first time, doubled, or sent again because the job made no progress.</summary>
    public Event<TCommand> Submitted { get; private set; } = null!;

    public Event<StepSucceeded> StepSucceeded { get; private set; } = null!;

    public Event<StepFailed> StepFailed { get; private set; } = null!;

    public Event<CancelRequested> CancelRequested { get; private set; } = null!;

    public Event<ReleaseSaga> ReleaseSaga { get; private set; } = null!;

    protected EventActivityBinder<TState, StepSucceeded> Succeeded(string step) =>
        When(StepSucceeded, context => context.Message.Step == step);

    /// <summary>One of these steps failed for good.</summary>
    protected EventActivityBinder<TState, StepFailed> Failed(params string[] steps) =>
        When(StepFailed, context => steps.Contains(context.Message.Step));
}
