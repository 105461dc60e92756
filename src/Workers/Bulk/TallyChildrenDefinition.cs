using MassTransit;
using MultiPanel.Contracts.Bulk;
using MultiPanel.Contracts.Jobs;

namespace MultiPanel.Workers.Bulk;

public sealed class TallyChildrenDefinition : ConsumerDefinition<TallyChildrenConsumer>
{
    public TallyChildrenDefinition() => EndpointName = JobMessages.Queue(typeof(TallyChildren));

    protected override void ConfigureConsumer(
        IReceiveEndpointConfigurator endpointConfigurator, IConsumerConfigurator<TallyChildrenConsumer> consumerConfigurator, IRegistrationContext context)
    {
        endpointConfigurator.ConfigureConsumeTopology = false;
        endpointConfigurator.UseMessageRetry(retry => retry.Intervals(50, 200, 1000));
        endpointConfigurator.DiscardFaultedMessages();
    }
}
