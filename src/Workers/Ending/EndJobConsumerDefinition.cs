using MassTransit;
using MultiPanel.Contracts.Jobs;

namespace MultiPanel.Workers.Ending;

public sealed class EndJobConsumerDefinition : ConsumerDefinition<EndJobConsumer>
{
    public EndJobConsumerDefinition() => EndpointName = JobMessages.Queue(typeof(EndJob));

    protected override void ConfigureConsumer(
        IReceiveEndpointConfigurator endpointConfigurator, IConsumerConfigurator<EndJobConsumer> consumerConfigurator, IRegistrationContext context)
    {
        endpointConfigurator.ConfigureConsumeTopology = false;
        endpointConfigurator.UseMessageRetry(retry => retry.Intervals(50, 200, 1000));
        endpointConfigurator.DiscardFaultedMessages();
    }
}
