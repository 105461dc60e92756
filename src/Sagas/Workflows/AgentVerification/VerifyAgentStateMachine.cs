using MassTransit;
using MultiPanel.Contracts.AgentVerification;
using MultiPanel.Sagas.Workflows.Cloning;
using Steps = MultiPanel.Contracts.AgentVerification.VerifyAgentSteps;

namespace MultiPanel.Sagas.Workflows.AgentVerification;

/// <summary>
/// Finds out whether a template's guest agent answers: makes a linked clone, starts it, asks, deletes it again, and records
/// the answer. Undo: delete the scratch VM, free its VMID; the template stays as it was.
/// </summary>
public sealed class VerifyAgentStateMachine : JobStateMachine<VerifyAgentState, VerifyAgent>
{
    public VerifyAgentStateMachine()
    {
        Initially(
            When(Submitted).Inspect().TransitionTo(Inspecting));

        During(Inspecting,
            When(Submitted).Inspect(),
            Succeeded(Steps.Inspect).Clone().TransitionTo(Cloning),
            Failed(Steps.Inspect).Undo().TransitionTo(Undoing));

        During(Cloning,
            When(Submitted).Clone(),
            Succeeded(Steps.Clone).Finish().TransitionTo(Finishing),
            Failed(Steps.Reserve, Steps.Clone).Undo().TransitionTo(Undoing));

        During(Finishing,
            When(Submitted).Finish(),
            Succeeded(Steps.Start).AwaitAgent().TransitionTo(AwaitingAgent),
            Failed(Steps.Configure, Steps.Start).Undo().TransitionTo(Undoing));

        During(AwaitingAgent,
            When(Submitted).AwaitAgent(),
            Succeeded(Steps.Agent).ClearScratch().TransitionTo(Clearing),
            Failed(Steps.Agent).Undo().TransitionTo(Undoing));

        During(Clearing,
            When(Submitted).ClearScratch(),
            Succeeded(Steps.Record).End(),
            Failed(Steps.Stop, Steps.Delete, Steps.Record).Undo().TransitionTo(Undoing));

        During([Inspecting, Cloning, Finishing, AwaitingAgent, Clearing],
            When(CancelRequested).Undo().TransitionTo(Undoing));

        During(Undoing,
            When(Submitted).Undo(),
            Ignore(CancelRequested),
            Succeeded(Steps.Undo).End(),
            Failed(Steps.Undo).End());
    }

    public State Inspecting { get; private set; } = null!;

    /// <summary>Steps <c>reserve</c> and <c>clone</c>.</summary>
    public State Cloning { get; private set; } = null!;

    /// <summary>Steps <c>configure</c> and <c>start</c>.</summary>
    public State Finishing { get; private set; } = null!;

    public State AwaitingAgent { get; private set; } = null!;

    /// <summary>Steps <c>stop</c>, <c>delete</c> and <c>record</c>.</summary>
    public State Clearing { get; private set; } = null!;

    public State Undoing { get; private set; } = null!;
}

public sealed class VerifyAgentState : JobState;

public sealed class VerifyAgentDefinition : JobSagaDefinition<VerifyAgentState, VerifyAgent>;

file static class Verbs
{
    public static EventActivityBinder<VerifyAgentState, T> Inspect<T>(this EventActivityBinder<VerifyAgentState, T> saga) where T : class =>
        saga.Ask(job => new InspectAgent(job));

    public static EventActivityBinder<VerifyAgentState, T> ClearScratch<T>(this EventActivityBinder<VerifyAgentState, T> saga) where T : class =>
        saga.Ask(job => new ClearScratch(job));
}
