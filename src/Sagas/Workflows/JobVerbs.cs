using MassTransit;
using MultiPanel.Contracts.Jobs;

namespace MultiPanel.Sagas.Workflows;

/// <summary>The verbs that workflows are written in.</summary>
public static class JobVerbs
{
    /// <summary>Asks a worker for a step.</summary>
    public static EventActivityBinder<TState, TEvent> Ask<TState, TEvent, TStep>(
        this EventActivityBinder<TState, TEvent> binder, Func<Guid, TStep> step)
        where TState : JobState
        where TEvent : class
        where TStep : class, IStepCommand =>
        binder.Send(JobMessages.Address<TStep>(), context => step(context.Saga.CorrelationId));

    /// <summary>Has the job's final status written; the saga is done.</summary>
    public static EventActivityBinder<TState, StepSucceeded> EndJob<TState>(this EventActivityBinder<TState, StepSucceeded> binder)
        where TState : JobState =>
        binder.Send(JobMessages.Address<EndJob>(), context => new EndJob(context.Saga.CorrelationId, context.Message.Step)).Finalize();

    /// <inheritdoc cref="EndJob{TState}(EventActivityBinder{TState,StepSucceeded})"/>
    public static EventActivityBinder<TState, StepFailed> EndJob<TState>(this EventActivityBinder<TState, StepFailed> binder)
        where TState : JobState =>
        binder.Send(JobMessages.Address<EndJob>(), context => new EndJob(context.Saga.CorrelationId, context.Message.Step)).Finalize();

    /// <summary>For an event whose saga may be gone: it came too late, and that is fine.</summary>
    internal static void Discard<TState, TEvent>(this IEventCorrelationConfigurator<TState, TEvent> e)
        where TState : JobState
        where TEvent : class, IJobMessage
    {
        e.CorrelateById(context => context.Message.JobId);
        e.OnMissingInstance(missing => missing.Discard());
    }
}
