using Microsoft.EntityFrameworkCore;
using MultiPanel.Data;
using MultiPanel.Progress.Loops;

namespace MultiPanel.Api.Audit;

/// <summary>Deletes audit entries older than <c>AUDIT_DAYS</c> once an hour, in batches, so that no writer waits for a long lock.</summary>
internal sealed class AuditPurge(PanelDatabase database, ApiSettings settings, TimeProvider clock, ILogger<AuditPurge> log)
    : RepeatingService(log, clock)
{
    private const int Batch = 1_000;

    private static readonly TimeSpan Pause = TimeSpan.FromHours(1);

    /// <returns>How many were deleted.</returns>
    public async Task<int> PurgeAsync(CancellationToken cancellation)
    {
        var before = Clock.GetUtcNow().UtcDateTime - settings.AuditKept;
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

    protected override Task RunAsync(RoundLoop loop, CancellationToken stopping) => loop.RunAsync(
        async token =>
        {
            await Task.Delay(Pause, token);
            if (await PurgeAsync(token) is > 0 and var deleted)
            {
                Log.LogInformation("Deleted {Count} audit entries older than {Days} days", deleted, settings.AuditKept.TotalDays);
            }
        },
        stopping);
}
