using MassTransit;
using MassTransit.Configuration;

namespace MultiPanel.Sagas.Scheduling;

internal sealed class RedisMessageSchedulerSpecification(ScheduledMessageStore store) : IPipeSpecification<ConsumeContext>
{
    public void Apply(IPipeBuilder<ConsumeContext> builder) => builder.AddFilter(new RedisMessageSchedulerFilter(store));

    public IEnumerable<ValidationResult> Validate() => [];
}
