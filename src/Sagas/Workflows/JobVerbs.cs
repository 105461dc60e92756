using MassTransit;
using MultiPanel.Contracts.Jobs;

namespace MultiPanel.Sagas.Workflows;

/// <summary>The verbs that workflows are written in.</summary>
public static class JobVerbs
{
    /// <summary>Asks a worker for some steps.</summary>
    public static EventActivityBinder<TState, TEvent> Ask<TState, TEvent, TSteps>(
        this EventActivityBinder<TState, TEvent> binder, Func<Guid, TSteps> steps)
        where TState : JobState
        where TEvent : class
        where TSteps : class, IJobMessage =>
        binder.Send(JobMessages.Address<TSteps>(), context => steps(context.Saga.CorrelationId));

    /// <summary>The workflow is over. The worker has written the job's final status with the last step's outcome.</summary>
    public static EventActivityBinder<TState, TEvent> End<TState, TEvent>(this EventActivityBinder<TState, TEvent> binder)
        where TState : JobState
        where TEvent : class =>
        binder.Finalize();

    /// <summary>For an event whose saga may be gone: it came too late, and that is fine.</summary>
    internal static void Discard<TState, TEvent>(this IEventCorrelationConfigurator<TState, TEvent> e)
        where TState : JobState
        where TEvent : class, IJobMessage
    {
        e.CorrelateById(context => context.Message.JobId);
        e.OnMissingInstance(missing => missing.Discard());
    }
}
