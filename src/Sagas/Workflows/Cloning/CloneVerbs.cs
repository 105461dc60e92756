using MassTransit;
using MultiPanel.Contracts.Cloning;

namespace MultiPanel.Sagas.Workflows.Cloning;

/// <summary>Also for workflows that make a clone on their way.</summary>
internal static class CloneVerbs
{
    public static EventActivityBinder<TState, T> Clone<TState, T>(this EventActivityBinder<TState, T> saga)
        where TState : JobState where T : class => saga.Ask(job => new MakeClone(job));

    public static EventActivityBinder<TState, T> Finish<TState, T>(this EventActivityBinder<TState, T> saga)
        where TState : JobState where T : class => saga.Ask(job => new FinishClone(job));

    public static EventActivityBinder<TState, T> AwaitAgent<TState, T>(this EventActivityBinder<TState, T> saga)
        where TState : JobState where T : class => saga.Ask(job => new ProbeAgent(job));

    public static EventActivityBinder<TState, T> Undo<TState, T>(this EventActivityBinder<TState, T> saga)
        where TState : JobState where T : class => saga.Ask(job => new UndoClone(job));
}
