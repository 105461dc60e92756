using MassTransit;
using Microsoft.Extensions.DependencyInjection;

namespace MultiPanel.Hosting.Bus;

/// <summary>The bus of a host: RabbitMQ, or in memory where Api and Workers share one process. It connects to nothing else.</summary>
public static class PanelBus
{
    /// <param name="rabbitMq">Null: in memory.</param>
    /// <param name="register">Adds consumers and sagas; the API has none.</param>
    /// <param name="configure">What every endpoint shares.</param>
    public static IServiceCollection AddPanelBus(
        this IServiceCollection services,
        Uri? rabbitMq,
        Action<IBusRegistrationConfigurator>? register = null,
        Action<IBusRegistrationContext, IBusFactoryConfigurator>? configure = null)
    {
        services.AddOptions<MassTransitHostOptions>().Configure(options =>
        {
            // The API must answer, and a worker must start, while the broker is unreachable.
            options.WaitUntilStarted = false;
            options.StopTimeout = TimeSpan.FromSeconds(80);
            options.ConsumerStopTimeout = TimeSpan.FromSeconds(75); // a running call to Proxmox may take 70 s
        });
        return services.AddMassTransit(bus =>
        {
            // MassTransit reports usage to its vendor unless that is switched off.
            bus.DisableUsageTelemetry();
            register?.Invoke(bus);
            if (rabbitMq is null)
            {
                bus.UsingInMemory((context, factory) =>
                {
                    configure?.Invoke(context, factory);
                    factory.ConfigureEndpoints(context);
                });
            }
            else
            {
                bus.UsingRabbitMq((context, factory) =>
                {
                    factory.Host(rabbitMq);
                    configure?.Invoke(context, factory);
                    factory.ConfigureEndpoints(context);
                });
            }
        });
    }
}
