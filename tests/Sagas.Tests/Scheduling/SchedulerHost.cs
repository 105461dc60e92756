using System.Threading.Channels;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using MultiPanel.Sagas.Scheduling;
using StackExchange.Redis;

namespace MultiPanel.Sagas.Tests.Scheduling;

/// <summary>A worker host with an in-memory bus, one endpoint <c>inbox</c>, and the scheduler on a clock that the test moves.</summary>
public sealed class SchedulerHost : IAsyncDisposable
{
    private readonly ServiceProvider provider;
    private readonly Channel<Received> received;
    private bool stopped;

    private SchedulerHost(ServiceProvider provider, Channel<Received> received) => (this.provider, this.received) = (provider, received);

    public static Uri Inbox { get; } = new("queue:inbox");

    public static async Task<SchedulerHost> Start(
        IConnectionMultiplexer redis,
        string keyPrefix,
        TimeProvider time,
        Action<IBusRegistrationConfigurator>? configure = null,
        SchedulerHost? sameInbox = null)
    {
        var received = sameInbox?.received ?? Channel.CreateUnbounded<Received>();
        var services = new ServiceCollection().AddLogging();
        services.AddSingleton(redis);
        services.AddSingleton(time);
        services.AddSingleton(received);
        services.AddRedisMessageScheduler(options => options.KeyPrefix = keyPrefix);
        services.AddMassTransit(bus =>
        {
            bus.AddConsumer<Inbox>().Endpoint(endpoint => endpoint.Name = "inbox");
            bus.AddOptions<MassTransitHostOptions>().Configure(options => options.WaitUntilStarted = true);
            configure?.Invoke(bus);
            if (!bus.Any(service => service.ServiceType == typeof(IBusControl)))
            {
                bus.UsingInMemory((context, configurator) =>
                {
                    configurator.UseRedisMessageScheduler(context);
                    configurator.ConfigureEndpoints(context);
                });
            }
        });

        var host = new SchedulerHost(services.BuildServiceProvider(true), received);
        foreach (var service in host.provider.GetServices<IHostedService>())
        {
            await service.StartAsync(default);
        }

        return host;
    }

    public IServiceProvider Services => provider;

    public ScheduledMessageDispatcher Dispatcher => provider.GetRequiredService<ScheduledMessageDispatcher>();

    public async Task<ScheduledMessage<Reminder>> Schedule(Reminder reminder, DateTimeOffset due, IPipe<SendContext<Reminder>>? pipe = null)
    {
        await using var scope = provider.CreateAsyncScope();
        var scheduler = scope.ServiceProvider.GetRequiredService<IMessageScheduler>();
        return await scheduler.ScheduleSend(Inbox, due.UtcDateTime, reminder, pipe ?? Pipe.Empty<SendContext<Reminder>>());
    }

    public async Task Cancel(Guid token)
    {
        await using var scope = provider.CreateAsyncScope();
        await scope.ServiceProvider.GetRequiredService<IMessageScheduler>().CancelScheduledSend(Inbox, token);
    }

    /// <summary>The next message that arrives.</summary>
    public async Task<Received> Next()
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        return await received.Reader.ReadAsync(patience.Token);
    }

    /// <summary>What arrived and was not read yet.</summary>
    public IEnumerable<Received> Rest()
    {
        while (received.Reader.TryRead(out var next))
        {
            yield return next;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (stopped)
        {
            return;
        }

        stopped = true;
        foreach (var service in provider.GetServices<IHostedService>().Reverse())
        {
            await service.StopAsync(default);
        }

        await provider.DisposeAsync();
    }
}

public sealed record Reminder(string Text);

public sealed record Received(
    Reminder Reminder, Guid? MessageId, Guid? CorrelationId, Guid? ConversationId, Guid? Token, string? Flavour, Uri? ResponseAddress);

public sealed class Inbox(Channel<Received> received) : IConsumer<Reminder>
{
    public async Task Consume(ConsumeContext<Reminder> context)
        => await received.Writer.WriteAsync(new Received(
            context.Message,
            context.MessageId,
            context.CorrelationId,
            context.ConversationId,
            context.GetSchedulingTokenId(),
            context.Headers.Get<string>("flavour"),
            context.ResponseAddress));
}
