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
            When(Submitted).ReserveVmId().TransitionTo(Reserving));

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
            Succeeded(Steps.Configure).Resize().TransitionTo(Resizing),
            Failed(Steps.Configure).Undo().TransitionTo(Undoing));

        During(Resizing,
            When(Submitted).Resize(),
            Succeeded(Steps.Resize).Start().TransitionTo(Starting),
            Failed(Steps.Resize).Undo().TransitionTo(Undoing));

        During(Starting,
            When(Submitted).Start(),
            Succeeded(Steps.Start).AwaitAgent().TransitionTo(AwaitingAgent),
            Failed(Steps.Start).Undo().TransitionTo(Undoing));

        During(AwaitingAgent,
            When(Submitted).AwaitAgent(),
            Succeeded(Steps.Agent).EndJob(),
            Failed(Steps.Agent).Undo().TransitionTo(Undoing));

        During([Reserving, Cloning, Configuring, Resizing, Starting, AwaitingAgent],
            When(CancelRequested).Undo().TransitionTo(Undoing));

        During(Undoing,
            When(Submitted).Undo(),
            Ignore(CancelRequested),
            Succeeded(Steps.Undo).EndJob(),
            Failed(Steps.Undo).EndJob());
    }

    public State Reserving { get; private set; } = null!;

    public State Cloning { get; private set; } = null!;

    public State Configuring { get; private set; } = null!;

    public State Resizing { get; private set; } = null!;

    public State Starting { get; private set; } = null!;

    public State AwaitingAgent { get; private set; } = null!;

    public State Undoing { get; private set; } = null!;
}

file static class Verbs
{
    public static EventActivityBinder<CloneVmState, T> ReserveVmId<T>(this EventActivityBinder<CloneVmState, T> saga) where T : class =>
        saga.Ask(job => new ReserveVmId(job));

    public static EventActivityBinder<CloneVmState, T> RunCloneTask<T>(this EventActivityBinder<CloneVmState, T> saga) where T : class =>
        saga.Ask(job => new RunCloneTask(job));

    public static EventActivityBinder<CloneVmState, T> Configure<T>(this EventActivityBinder<CloneVmState, T> saga) where T : class =>
        saga.Ask(job => new ConfigureClone(job));

    public static EventActivityBinder<CloneVmState, T> Resize<T>(this EventActivityBinder<CloneVmState, T> saga) where T : class =>
        saga.Ask(job => new ResizeClone(job));

    public static EventActivityBinder<CloneVmState, T> Start<T>(this EventActivityBinder<CloneVmState, T> saga) where T : class =>
        saga.Ask(job => new StartClone(job));

    public static EventActivityBinder<CloneVmState, T> AwaitAgent<T>(this EventActivityBinder<CloneVmState, T> saga) where T : class =>
        saga.Ask(job => new ProbeAgent(job));

    public static EventActivityBinder<CloneVmState, T> Undo<T>(this EventActivityBinder<CloneVmState, T> saga) where T : class =>
        saga.Ask(job => new UndoClone(job));
}
