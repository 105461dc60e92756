using MassTransit;

namespace MultiPanel.Api.Health;

/// <summary>
/// Sends a message that no consumer receives. The bus's own state is not enough: the API has no queue whose loss it would notice, and
/// a broker with an alarm (no disk, no memory) keeps connections open while it takes no message.
/// </summary>
internal sealed class BrokerProbe(IBusControl bus)
{
    /// <summary>Without a queue behind it: RabbitMQ confirms the message and drops it. It is gone when the broker restarts.</summary>
    private static readonly Uri NoReceiver = new("exchange:multipanel-health?temporary=true");

    /// <exception cref="Exception">What the driver throws, or what the bus says of itself: the broker takes no message.</exception>
    public async Task SendAsync(CancellationToken cancellation)
    {
        var health = bus.CheckHealth();
        if (health.Status != BusHealthStatus.Healthy)
        {
            throw new InvalidOperationException(health.Description, health.Exception);
        }

        if (bus.Address.Scheme != "loopback")
        {
            var endpoint = await bus.GetSendEndpoint(NoReceiver);
            await endpoint.Send(new HealthChecked(), cancellation);
        }
    }
}
