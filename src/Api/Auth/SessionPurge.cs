using Microsoft.EntityFrameworkCore;
using MultiPanel.Api.Purging;
using MultiPanel.Data;

namespace MultiPanel.Api.Auth;

/// <summary>Deletes sign-ins that have expired.</summary>
internal sealed class SessionPurge(PanelDatabase database, TimeProvider clock, ILogger<SessionPurge> log)
    : HourlyPurge(database, "expired sign-ins", clock, log)
{
    protected override async Task<int> DeleteAsync(PanelDb db, DateTime now, CancellationToken cancellation)
    {
        var ids = await db.LoginSessions.Where(session => session.ExpiresAt < now).OrderBy(session => session.ExpiresAt)
            .Select(session => session.Id).Take(Portion).ToListAsync(cancellation);
        return ids.Count == 0 ? 0 : await db.LoginSessions.Where(session => ids.Contains(session.Id)).ExecuteDeleteAsync(cancellation);
    }
}
