using Microsoft.EntityFrameworkCore;
using MultiPanel.Api.Purging;
using MultiPanel.Data;

namespace MultiPanel.Api.Audit;

/// <summary>Deletes audit entries that are older than <c>AUDIT_DAYS</c>.</summary>
internal sealed class AuditPurge(PanelDatabase database, ApiSettings settings, TimeProvider clock, ILogger<AuditPurge> log)
    : HourlyPurge(database, $"audit entries older than {settings.AuditKept.TotalDays} days", clock, log)
{
    protected override async Task<int> DeleteAsync(PanelDb db, DateTime now, CancellationToken cancellation)
    {
        var before = now - settings.AuditKept;
        var ids = await db.AuditEntries.Where(entry => entry.At < before).OrderBy(entry => entry.At)
            .Select(entry => entry.Id).Take(Portion).ToListAsync(cancellation);
        return ids.Count == 0 ? 0 : await db.AuditEntries.Where(entry => ids.Contains(entry.Id)).ExecuteDeleteAsync(cancellation);
    }
}
