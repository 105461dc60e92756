using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using MultiPanel.Hosting.Bus;
using MultiPanel.TestKit.Processes;

namespace MultiPanel.Api.Tests.Start;

public sealed class TelemetryTests
{
    [Test]
    public async Task The_bus_reports_its_usage_to_nobody()
    {
        using var resolutions = new NameResolutions();
        var builder = new HostApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Services.AddLogging();
        builder.Services.AddPanelBus(rabbitMq: null);
        // MassTransit would otherwise report five minutes after the start.
        builder.Services.Configure<UsageTelemetryOptions>(telemetry => (telemetry.ReportOnShutdown, telemetry.ReportDelay) = (true, TimeSpan.Zero));
        using var host = builder.Build();

        await host.StartAsync();
        await host.StopAsync();

        Assert.That(resolutions.Names, Is.Empty);
    }
}
