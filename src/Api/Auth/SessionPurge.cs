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
            await TryPurgeAsync(stoppingToken);
        }
    }

    /// <summary>A database that is away is no reason to end the process.</summary>
    internal async Task TryPurgeAsync(CancellationToken cancellation)
    {
        try
        {
            await PurgeAsync(cancellation);
        }
        catch (Exception away) when (DatabaseFailures.IsDatabase(away))
        {
            log.LogWarning(away, "Sign-ins that are over could not be deleted; tried again in {Pause}", Pause);
        }
    }
}
