using MassTransit;
using MassTransit.Context;
using MassTransit.Scheduling;

namespace MultiPanel.Sagas.Scheduling;

/// <summary>Gives every consumed message a scheduler that keeps what it schedules in Redis.</summary>
internal sealed class RedisMessageSchedulerFilter(ScheduledMessageStore store) : IFilter<ConsumeContext>
{
    public void Probe(ProbeContext context) => context.CreateFilterScope("redisMessageScheduler");

    public Task Send(ConsumeContext context, IPipe<ConsumeContext> next)
    {
        context.GetOrAddPayload<MessageSchedulerContext>(() => new ConsumeMessageSchedulerContext(context, Scheduler));
        return next.Send(context);
    }

    private MessageScheduler Scheduler(ConsumeContext context)
        => new(new RedisScheduleMessageProvider(context, store), context.GetPayload<IBusTopology>());
}
