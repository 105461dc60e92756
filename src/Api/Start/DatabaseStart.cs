using Microsoft.EntityFrameworkCore;
using MultiPanel.Api.Auth;
using MultiPanel.Data;
using MultiPanel.Progress.Loops;

namespace MultiPanel.Api.Start;

/// <summary>
/// Waits for the database and its migrations, then makes sure that an admin can sign in. Until then the host runs, reports
/// that it is not ready, and refuses what needs the database.
/// </summary>
internal sealed class DatabaseStart(
    PanelDatabase database, DatabaseState state, FirstAdmin firstAdmin, TimeProvider clock, ILogger<DatabaseStart> log) : RepeatingService(log, clock)
{
    /// <summary>Between two looks at a database that is not ready.</summary>
    public static readonly TimeSpan Pause = TimeSpan.FromSeconds(2);

    /// <summary>A reachable database answers well within this; an unreachable one must not delay the start.</summary>
    private static readonly TimeSpan FirstTry = TimeSpan.FromSeconds(3);

    private readonly FailureLog failures = new(log, clock);

    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(FirstTry, Clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timeout.Token);
        await TryAsync(either.Token);
        await base.StartAsync(cancellationToken);
    }

    protected override Task RunAsync(RoundLoop loop, CancellationToken stopping) => loop.RunUntilDoneAsync(
        async token =>
        {
            if (state.Problem is not null)
            {
                await Task.Delay(Pause, Clock, token);
                await TryAsync(token);
            }

            return state.Problem is null;
        },
        stopping);

    private async Task TryAsync(CancellationToken cancellation)
    {
        var problem = await FindProblemAsync(cancellation);
        if (problem is not null && problem != state.Problem)
        {
            Log.LogWarning("Not ready: {Problem}", problem);
        }
        else if (problem is null)
        {
            Log.LogInformation("The database is ready");
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
        catch (OperationCanceledException)
        {
            return "The database does not answer.";
        }
        catch (Exception failure)
        {
            // The driver's own text names hosts and accounts, and the problem is shown to callers who have not signed in.
            failures.Write(failure, $"Could not prepare the database; retrying every {Pause.TotalSeconds} s");
            return "The database cannot be used; the log of the API says why.";
        }
    }
}
