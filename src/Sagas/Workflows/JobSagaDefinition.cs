using MassTransit;
using MultiPanel.Contracts.Jobs;

namespace MultiPanel.Sagas.Workflows;

/// <summary>How a workflow's queue is run: it bears its command's name; a lost race is tried again; messages leave after the state is stored.</summary>
public abstract class JobSagaDefinition<TState, TCommand> : SagaDefinition<TState>
    where TState : JobState
    where TCommand : class, IJobCommand
{
    protected JobSagaDefinition() => EndpointName = JobMessages.Queue(typeof(TCommand));

    protected override void ConfigureSaga(
        IReceiveEndpointConfigurator endpointConfigurator, ISagaConfigurator<TState> sagaConfigurator, IRegistrationContext context)
    {
        endpointConfigurator.UseMessageRetry(retry =>
        {
            retry.Handle<ConcurrencyException>();
            retry.Intervals(5, 20, 50, 100, 200, 500, 1000);
        });
        endpointConfigurator.UseInMemoryOutbox(context);
    }
}
