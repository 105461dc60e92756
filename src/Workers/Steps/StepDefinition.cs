using MassTransit;
using MultiPanel.Contracts.Jobs;

namespace MultiPanel.Workers.Steps;

/// <summary>
/// How a step's queue is run; it bears its command's name. A message that fails because a store is away is not kept: the
/// job's row is, and the reconciler drives it again.
/// </summary>
public abstract class StepDefinition<TStep, TCommand> : ConsumerDefinition<TStep>
    where TStep : class, IConsumer<TCommand>
    where TCommand : class, IStepCommand
{
    protected StepDefinition() => EndpointName = JobMessages.Queue(typeof(TCommand));

    protected override void ConfigureConsumer(
        IReceiveEndpointConfigurator endpointConfigurator, IConsumerConfigurator<TStep> consumerConfigurator, IRegistrationContext context)
    {
        endpointConfigurator.ConfigureConsumeTopology = false;
        endpointConfigurator.UseMessageRetry(retry => retry.Intervals(50, 200, 1000));
        endpointConfigurator.DiscardFaultedMessages();
    }
}
