using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using MultiPanel.Data;

namespace MultiPanel.Workers.Liveness;

/// <summary>
/// Logs what a stopping worker leaves to the others. It is started first, so it stops last: after the bus has finished the
/// messages in progress.
/// </summary>
public sealed class ShutdownReport(
    WorkerHeartbeat workers, PanelDatabase database, IHostApplicationLifetime lifetime, ILogger<ShutdownReport> log) : IHostedService
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(5);

    public Task StartAsync(CancellationToken cancellationToken)
    {
        lifetime.ApplicationStopping.Register(() => log.LogInformation(
            "Draining: taking nothing new, finishing {Steps} steps", workers.RunningTries));
        return Task.CompletedTask;
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await workers.LeaveAsync();
        try
        {
            using var limit = new CancellationTokenSource(Limit);
            log.LogInformation("Stopped. Handed over {Jobs} jobs to the other workers", await CountAsync(limit.Token));
        }
        catch (Exception unreachable) when (unreachable is OperationCanceledException || DatabaseFailures.IsDatabase(unreachable))
        {
            log.LogInformation("Stopped. Could not count handed-over jobs: {Reason}", unreachable.Message);
        }
    }

    /// <summary>Open jobs that this worker was the last to act on.</summary>
    private async Task<int> CountAsync(CancellationToken cancellation)
    {
        await using var db = database.OpenAll();
        var mine = $"%\"worker\":\"{workers.Id}\"%";
        return await db.Database
            .SqlQuery<int>($"SELECT COUNT(*) AS Value FROM jobs WHERE finished_at IS NULL AND steps LIKE {mine}")
            .SingleAsync(cancellation);
    }
}
