using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using MultiPanel.Hosting.Bus;

namespace MultiPanel.Api.Tests.Start;

public sealed class TelemetryTests
{
    /// <summary>MassTransit's default is to report, five minutes after the start: too late for a test that watches a host.</summary>
    [TestCase(null)]
    [TestCase("amqp://guest:guest@127.0.0.1:1/")]
    public async Task The_bus_reports_its_usage_nowhere(string? rabbitMq)
    {
        var services = new ServiceCollection().AddLogging().AddPanelBus(rabbitMq is null ? null : new Uri(rabbitMq));
        await using var provider = services.BuildServiceProvider();

        Assert.That(new UsageTelemetryOptions().Enabled, Is.True, "else there is nothing to switch off");
        Assert.That(provider.GetRequiredService<IOptions<UsageTelemetryOptions>>().Value.Enabled, Is.False);
    }
}
