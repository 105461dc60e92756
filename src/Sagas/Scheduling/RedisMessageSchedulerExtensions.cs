using MassTransit;
using MassTransit.Scheduling;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace MultiPanel.Sagas.Scheduling;

/// <summary>Message scheduling without a broker's plugin: the messages wait in Redis.</summary>
public static class RedisMessageSchedulerExtensions
{
    /// <summary>
    /// Adds <see cref="IMessageScheduler"/> and the <see cref="ScheduledMessageDispatcher"/>, on the container's
    /// <see cref="StackExchange.Redis.IConnectionMultiplexer"/>.
    /// </summary>
    public static IServiceCollection AddRedisMessageScheduler(
        this IServiceCollection services, Action<RedisMessageSchedulerOptions>? configure = null)
    {
        services.AddOptions<RedisMessageSchedulerOptions>().Configure(options => configure?.Invoke(options));
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<ScheduledMessageStore>();
        services.TryAddSingleton<IMessageScheduler>(provider => new MessageScheduler(
            new RedisScheduleMessageProvider(
                provider.GetRequiredService<IBus>(),
                provider.GetRequiredService<ScheduledMessageStore>()),
            provider.GetRequiredService<IBus>().Topology));

        services.TryAddSingleton(provider => new ScheduledMessageDispatcher(
            provider.GetRequiredService<ScheduledMessageStore>(),
            provider.GetRequiredService<IBus>(),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<IOptions<RedisMessageSchedulerOptions>>(),
            provider.GetRequiredService<ILogger<ScheduledMessageDispatcher>>()));
        services.AddSingleton<IHostedService>(provider => provider.GetRequiredService<ScheduledMessageDispatcher>());
        return services;
    }

    /// <summary>Lets consumers and state machines schedule messages; needs <see cref="AddRedisMessageScheduler"/>.</summary>
    public static void UseRedisMessageScheduler(this IBusFactoryConfigurator configurator, IServiceProvider provider)
        => configurator.AddPrePipeSpecification(
            new RedisMessageSchedulerSpecification(provider.GetRequiredService<ScheduledMessageStore>()));
}
