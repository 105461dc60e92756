using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using MultiPanel.Data;

namespace MultiPanel.Api.Auth;

/// <summary>Forgets sign-ins that are over.</summary>
internal sealed class SessionPurge(PanelDatabase database, TimeProvider clock, ILogger<SessionPurge> log) : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromHours(1);

    public async Task<int> PurgeAsync(CancellationToken cancellation)
    {
        var now = clock.GetUtcNow().UtcDateTime;
        await using var db = database.OpenAll();
        return await db.LoginSessions.Where(session => session.ExpiresAt < now).ExecuteDeleteAsync(cancellation);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Pause);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await PurgeAsync(stoppingToken);
            }
            catch (DbException away)
            {
                log.LogWarning(away, "Sign-ins that are over could not be deleted; tried again in {Pause}", Pause);
            }
        }
    }
}
