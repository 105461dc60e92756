using MassTransit;
using MultiPanel.Contracts.AgentVerification;
using MultiPanel.Contracts.Cloning;
using MultiPanel.Sagas.Workflows.Cloning;
using Steps = MultiPanel.Contracts.AgentVerification.VerifyAgentSteps;

namespace MultiPanel.Sagas.Workflows.AgentVerification;

/// <summary>
/// Verifies a template's guest agent on a scratch VM, a linked clone made by <see cref="CloneVmStateMachine"/>'s steps.
/// Undo: delete the scratch VM, free its VMID.
/// </summary>
public sealed class VerifyAgentStateMachine : JobStateMachine<VerifyAgentState, VerifyAgent>
{
    public VerifyAgentStateMachine()
    {
        Initially(
            When(Submitted).Inspect().TransitionTo(Inspecting));

        During(Inspecting,
            When(Submitted).Inspect(),
            Succeeded(Steps.Inspect).ReserveVmId().TransitionTo(Reserving),
            Failed(Steps.Inspect).Undo().TransitionTo(Undoing));

        During(Reserving,
            When(Submitted).ReserveVmId(),
            Succeeded(Steps.Reserve).RunCloneTask().TransitionTo(Cloning),
            Failed(Steps.Reserve).Undo().TransitionTo(Undoing));

        During(Cloning,
            When(Submitted).RunCloneTask(),
            Succeeded(Steps.Clone).Configure().TransitionTo(Configuring),
            Failed(Steps.Clone).Undo().TransitionTo(Undoing));

        During(Configuring,
            When(Submitted).Configure(),
            Succeeded(Steps.Configure).Start().TransitionTo(Starting),
            Failed(Steps.Configure).Undo().TransitionTo(Undoing));

        During(Starting,
            When(Submitted).Start(),
            Succeeded(Steps.Start).AwaitAgent().TransitionTo(AwaitingAgent),
            Failed(Steps.Start).Undo().TransitionTo(Undoing));

        During(AwaitingAgent,
            When(Submitted).AwaitAgent(),
            Succeeded(Steps.Agent).Stop().TransitionTo(Stopping),
            Failed(Steps.Agent).Undo().TransitionTo(Undoing));

        During(Stopping,
            When(Submitted).Stop(),
            Succeeded(Steps.Stop).Delete().TransitionTo(Deleting),
            Failed(Steps.Stop).Undo().TransitionTo(Undoing));

        During(Deleting,
            When(Submitted).Delete(),
            Succeeded(Steps.Delete).Record().TransitionTo(Recording),
            Failed(Steps.Delete).Undo().TransitionTo(Undoing));

        During(Recording,
            When(Submitted).Record(),
            Succeeded(Steps.Record).EndJob(),
            Failed(Steps.Record).Undo().TransitionTo(Undoing));

        During([Inspecting, Reserving, Cloning, Configuring, Starting, AwaitingAgent, Stopping, Deleting, Recording],
            When(CancelRequested).Undo().TransitionTo(Undoing));

        During(Undoing,
            When(Submitted).Undo(),
            Ignore(CancelRequested),
            Succeeded(Steps.Undo).EndJob(),
            Failed(Steps.Undo).EndJob());
    }

    public State Inspecting { get; private set; } = null!;

    public State Reserving { get; private set; } = null!;

    public State Cloning { get; private set; } = null!;

    public State Configuring { get; private set; } = null!;

    public State Starting { get; private set; } = null!;

    public State AwaitingAgent { get; private set; } = null!;

    public State Stopping { get; private set; } = null!;

    public State Deleting { get; private set; } = null!;

    public State Recording { get; private set; } = null!;

    public State Undoing { get; private set; } = null!;
}

file static class Verbs
{
    public static EventActivityBinder<VerifyAgentState, T> Inspect<T>(this EventActivityBinder<VerifyAgentState, T> saga) where T : class =>
        saga.Ask(job => new InspectAgent(job));

    public static EventActivityBinder<VerifyAgentState, T> ReserveVmId<T>(this EventActivityBinder<VerifyAgentState, T> saga) where T : class =>
        saga.Ask(job => new ReserveVmId(job));

    public static EventActivityBinder<VerifyAgentState, T> RunCloneTask<T>(this EventActivityBinder<VerifyAgentState, T> saga) where T : class =>
        saga.Ask(job => new RunCloneTask(job));

    public static EventActivityBinder<VerifyAgentState, T> Configure<T>(this EventActivityBinder<VerifyAgentState, T> saga) where T : class =>
        saga.Ask(job => new ConfigureClone(job));

    public static EventActivityBinder<VerifyAgentState, T> Start<T>(this EventActivityBinder<VerifyAgentState, T> saga) where T : class =>
        saga.Ask(job => new StartClone(job));

    public static EventActivityBinder<VerifyAgentState, T> AwaitAgent<T>(this EventActivityBinder<VerifyAgentState, T> saga) where T : class =>
        saga.Ask(job => new ProbeAgent(job));

    public static EventActivityBinder<VerifyAgentState, T> Stop<T>(this EventActivityBinder<VerifyAgentState, T> saga) where T : class =>
        saga.Ask(job => new StopScratch(job));

    public static EventActivityBinder<VerifyAgentState, T> Delete<T>(this EventActivityBinder<VerifyAgentState, T> saga) where T : class =>
        saga.Ask(job => new DeleteScratch(job));

    public static EventActivityBinder<VerifyAgentState, T> Record<T>(this EventActivityBinder<VerifyAgentState, T> saga) where T : class =>
        saga.Ask(job => new RecordAgent(job));

    public static EventActivityBinder<VerifyAgentState, T> Undo<T>(this EventActivityBinder<VerifyAgentState, T> saga) where T : class =>
        saga.Ask(job => new UndoClone(job));
}
