using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using MultiPanel.Contracts.VmOperations;
using MultiPanel.TestKit;
using MultiPanel.Workers.Liveness;

namespace MultiPanel.Workers.Tests.Steps;

public sealed class ShutdownReportTests
{
    [Test]
    public async Task A_stopping_worker_says_how_many_jobs_it_hands_over()
    {
        await using var site = await Site.StartAsync(new SiteOptions { Inventory = false });
        var vms = new[] { await site.MakeVmAsync("a"), await site.MakeVmAsync("b") };
        site.ProxmoxClock.Stop();
        foreach (var vm in vms)
        {
            await site.UntilAsync(await site.OperateAsync(vm.Id, VmAction.Start), row => row.Steps[0].Upid is not null, "it starts");
        }

        var said = new Said();
        var services = site.Workers[0].Services;
        await new ShutdownReport(services.GetRequiredService<WorkerHeartbeat>(), site.Database, services.GetRequiredService<IHostApplicationLifetime>(), said)
            .StopAsync(default);

        Assert.That(said.Lines, Has.Some.Contains("Handed over 2 jobs"));
    }

    private sealed class Said : ILogger<ShutdownReport>
    {
        public List<string> Lines { get; } = [];

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Lines.Add(formatter(state, exception));
    }
}
