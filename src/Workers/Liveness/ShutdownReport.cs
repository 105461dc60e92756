using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using MultiPanel.Data;

namespace MultiPanel.Workers.Liveness;

/// <summary>
/// Says what a stopping worker leaves to the others. It is started first, so it stops last: after the bus has finished what
/// was in hand.
/// </summary>
public sealed class ShutdownReport(
    WorkerHeartbeat workers, PanelDatabase database, IHostApplicationLifetime lifetime, ILogger<ShutdownReport> log) : IHostedService
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    public Task StartAsync(CancellationToken cancellationToken)
    {
        lifetime.ApplicationStopping.Register(() => log.LogInformation(
            "Draining: nothing new is taken; {Steps} steps in hand are being finished", workers.InHand));
        return Task.CompletedTask;
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await workers.LeaveAsync();
        try
        {
            using var limit = new CancellationTokenSource(Patience);
            log.LogInformation("Stopped; {Jobs} jobs handed over to the other workers", await CountAsync(limit.Token));
        }
        catch (Exception away) when (away is OperationCanceledException || DatabaseFailures.IsDatabase(away))
        {
            log.LogInformation("Stopped; how many jobs are handed over the database does not say now: {Reason}", away.Message);
        }
    }

    /// <summary>Jobs that are not over and that this worker was the last to act on.</summary>
    private async Task<int> CountAsync(CancellationToken cancellation)
    {
        await using var db = database.OpenAll();
        var mine = $"%\"worker\":\"{workers.Id}\"%";
        return await db.Database
            .SqlQuery<int>($"SELECT COUNT(*) AS Value FROM jobs WHERE finished_at IS NULL AND steps LIKE {mine}")
            .SingleAsync(cancellation);
    }
}
