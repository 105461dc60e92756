using Microsoft.EntityFrameworkCore;
using MultiPanel.Data;

namespace MultiPanel.Api.Audit;

/// <summary>Deletes what is older than <c>AUDIT_DAYS</c>, in batches, so that nobody waits for a long lock.</summary>
internal sealed class AuditPurge(PanelDatabase database, ApiSettings settings, TimeProvider clock, ILogger<AuditPurge> log) : BackgroundService
{
    private const int Batch = 1_000;

    private static readonly TimeSpan Pause = TimeSpan.FromHours(1);

    /// <returns>How many were deleted.</returns>
    public async Task<int> PurgeAsync(CancellationToken cancellation)
    {
        var before = clock.GetUtcNow().UtcDateTime - settings.AuditKept;
        var deleted = 0;
        while (true)
        {
            await using var db = database.OpenAll();
            var ids = await db.AuditEntries.Where(entry => entry.At < before).OrderBy(entry => entry.At).Select(entry => entry.Id).Take(Batch).ToListAsync(cancellation);
            if (ids.Count == 0)
            {
                return deleted;
            }

            deleted += await db.AuditEntries.Where(entry => ids.Contains(entry.Id)).ExecuteDeleteAsync(cancellation);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Pause);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            await TryPurgeAsync(stoppingToken);
        }
    }

    /// <summary>A database that is away is no reason to end the process.</summary>
    internal async Task TryPurgeAsync(CancellationToken cancellation)
    {
        try
        {
            if (await PurgeAsync(cancellation) is > 0 and var deleted)
            {
                log.LogInformation("Deleted {Count} audit entries older than {Days} days", deleted, settings.AuditKept.TotalDays);
            }
        }
        catch (Exception away) when (DatabaseFailures.IsDatabase(away))
        {
            log.LogWarning(away, "Old audit entries could not be deleted; tried again in {Pause}", Pause);
        }
    }
}
