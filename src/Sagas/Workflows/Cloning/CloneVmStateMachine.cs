using MassTransit;
using MultiPanel.Contracts.Cloning;
using Steps = MultiPanel.Contracts.Cloning.CloneVmSteps;

namespace MultiPanel.Sagas.Workflows.Cloning;

/// <summary>
/// Clones a template or VM and leaves it configured and, if asked, running. Undo: delete what was made, free its VMID.
/// Steps that were not asked for are passed through; their workers skip them.
/// </summary>
public sealed class CloneVmStateMachine : JobStateMachine<CloneVmState, CloneVm>
{
    public CloneVmStateMachine()
    {
        Initially(
            When(Submitted).Clone().TransitionTo(Cloning));

        During(Cloning,
            When(Submitted).Clone(),
            Succeeded(Steps.Clone).Finish().TransitionTo(Finishing),
            Failed(Steps.Reserve, Steps.Clone).Undo().TransitionTo(Undoing));

        During(Finishing,
            When(Submitted).Finish(),
            Succeeded(Steps.Start).AwaitAgent().TransitionTo(AwaitingAgent),
            Failed(Steps.Configure, Steps.Resize, Steps.Start).Undo().TransitionTo(Undoing));

        During(AwaitingAgent,
            When(Submitted).AwaitAgent(),
            Succeeded(Steps.Agent).End(),
            Failed(Steps.Agent).Undo().TransitionTo(Undoing));

        During([Cloning, Finishing, AwaitingAgent],
            When(CancelRequested).Undo().TransitionTo(Undoing));

        During(Undoing,
            When(Submitted).Undo(),
            Ignore(CancelRequested),
            Succeeded(Steps.Undo).End(),
            Failed(Steps.Undo).End());
    }

    /// <summary>Steps <c>reserve</c> and <c>clone</c>.</summary>
    public State Cloning { get; private set; } = null!;

    /// <summary>Steps <c>configure</c>, <c>resize</c> and <c>start</c>.</summary>
    public State Finishing { get; private set; } = null!;

    public State AwaitingAgent { get; private set; } = null!;

    public State Undoing { get; private set; } = null!;
}

public sealed class CloneVmState : JobState;

public sealed class CloneVmDefinition : JobSagaDefinition<CloneVmState, CloneVm>;
