using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using MultiPanel.Sagas.Scheduling;
using MultiPanel.TestKit.Servers;
using StackExchange.Redis;

namespace MultiPanel.Sagas.Tests.Scheduling;

/// <summary>The scheduler knows nothing of the transport: the same message, over a real broker without a plugin.</summary>
public sealed class ScheduleOverRabbitMqTests
{
    [Test]
    public async Task A_message_scheduled_over_rabbitmq_arrives_as_it_was_scheduled()
    {
        await using var broker = await TestServers.RabbitMqAsync();
        await using var redis = await ConnectionMultiplexer.ConnectAsync(TestGarnet.Address);
        var time = new ManualTime();
        await using var host = await StartOver(broker, redis, time);
        var (message, correlation, conversation) = (NewId.NextGuid(), NewId.NextGuid(), NewId.NextGuid());

        var scheduled = await host.Schedule(
            new Reminder("over the wire"),
            time.GetUtcNow() + TimeSpan.FromHours(1),
            Pipe.Execute<SendContext<Reminder>>(context =>
            {
                context.MessageId = message;
                context.CorrelationId = correlation;
                context.ConversationId = conversation;
                context.SetPriority(3);
                context.Headers.Set("flavour", "salty");
            }));
        time.Advance(TimeSpan.FromHours(1));
        host.Dispatcher.Wake();

        Assert.That(await host.Next(), Is.EqualTo(new Received(
            new Reminder("over the wire"), message, correlation, conversation, scheduled.TokenId, "salty", ResponseAddress: null)));
    }

    [Test]
    public async Task A_published_message_finds_its_exchange()
    {
        await using var broker = await TestServers.RabbitMqAsync();
        await using var redis = await ConnectionMultiplexer.ConnectAsync(TestGarnet.Address);
        var time = new ManualTime();
        await using var host = await StartOver(broker, redis, time);

        await using (var scope = host.Services.CreateAsyncScope())
        {
            await scope.ServiceProvider.GetRequiredService<IMessageScheduler>()
                .SchedulePublish(time.GetUtcNow().UtcDateTime, new Reminder("to all"));
        }

        Assert.That((await host.Next()).Reminder.Text, Is.EqualTo("to all"));
    }

    private static async Task<SchedulerHost> StartOver(TestVirtualHost broker, ConnectionMultiplexer redis, ManualTime time)
    {
        var host = await SchedulerHost.Start(redis, $"test:{Guid.NewGuid():N}", time, bus => bus.UsingRabbitMq((context, configurator) =>
        {
            configurator.Host(new Uri(broker.Url));
            configurator.UseRedisMessageScheduler(context);
            configurator.ConfigureEndpoints(context);
        }));
        Assert.That(host.Services.GetRequiredService<IBus>().Address.Scheme, Is.EqualTo("rabbitmq"));
        return host;
    }
}
