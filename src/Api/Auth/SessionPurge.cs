using Microsoft.EntityFrameworkCore;
using MultiPanel.Data;
using MultiPanel.Progress.Loops;

namespace MultiPanel.Api.Auth;

/// <summary>Deletes expired sign-ins once an hour.</summary>
internal sealed class SessionPurge(PanelDatabase database, TimeProvider clock, ILogger<SessionPurge> log) : RepeatingService(log, clock)
{
    private static readonly TimeSpan Pause = TimeSpan.FromHours(1);

    public async Task<int> PurgeAsync(CancellationToken cancellation)
    {
        var now = Clock.GetUtcNow().UtcDateTime;
        await using var db = database.OpenAll();
        return await db.LoginSessions.Where(session => session.ExpiresAt < now).ExecuteDeleteAsync(cancellation);
    }

    protected override Task RunAsync(RoundLoop loop, CancellationToken stopping) => loop.RunAsync(
        async token =>
        {
            await Task.Delay(Pause, token);
            await PurgeAsync(token);
        },
        stopping);
}
