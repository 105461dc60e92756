using Microsoft.EntityFrameworkCore;
using MultiPanel.Api.Auth;
using MultiPanel.Data;

namespace MultiPanel.Api.Start;

/// <summary>
/// Waits for the database and its migrations, then sees that somebody can sign in. Until then the host runs, but says
/// that it is not ready and refuses what needs the database.
/// </summary>
internal sealed class DatabaseStart(
    PanelDatabase database, DatabaseState state, FirstAdmin firstAdmin, TimeProvider clock, ILogger<DatabaseStart> log) : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(2);

    /// <summary>A database that is there answers well within this; one that is away must not hold the start up.</summary>
    private static readonly TimeSpan FirstTry = TimeSpan.FromSeconds(3);

    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        using var patience = new CancellationTokenSource(FirstTry, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, patience.Token);
        await TryAsync(either.Token);
        await base.StartAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (state.Problem is not null)
        {
            await Task.Delay(Pause, clock, stoppingToken);
            await TryAsync(stoppingToken);
        }
    }

    private async Task TryAsync(CancellationToken cancellation)
    {
        var problem = await FindProblemAsync(cancellation);
        if (problem is not null && problem != state.Problem)
        {
            log.LogWarning("Not ready: {Problem}", problem);
        }
        else if (problem is null)
        {
            log.LogInformation("The database is ready");
        }

        state.Problem = problem;
    }

    private async Task<string?> FindProblemAsync(CancellationToken cancellation)
    {
        try
        {
            await using var db = database.OpenAll();
            var pending = (await db.Database.GetPendingMigrationsAsync(cancellation)).Count();
            if (pending > 0)
            {
                return $"The database lacks {pending} migration(s); run: MultiPanel.Api migrate";
            }

            await firstAdmin.EnsureAsync(db, cancellation);
            return null;
        }
        catch (Exception away) when (DatabaseFailures.IsDatabase(away))
        {
            return $"The database cannot be used: {away.GetBaseException().Message}";
        }
        catch (OperationCanceledException)
        {
            return "The database does not answer.";
        }
    }
}
