using MultiPanel.Data;
using MultiPanel.Progress.Loops;

namespace MultiPanel.Api.Purging;

/// <summary>Deletes once an hour what is too old.</summary>
internal abstract class HourlyPurge(PanelDatabase database, string what, TimeProvider clock, ILogger log) : RepeatingService(log, clock)
{
    /// <summary>Rows of one transaction, so that its locks are held only briefly.</summary>
    protected const int Portion = 1_000;

    /// <summary>Between two rounds.</summary>
    public static readonly TimeSpan Pause = TimeSpan.FromHours(1);

    /// <summary>Deletes the next <see cref="Portion"/>.</summary>
    /// <returns>How many rows it was; fewer than a portion: the last.</returns>
    protected abstract Task<int> DeleteAsync(PanelDb db, DateTime now, CancellationToken cancellation);

    protected override Task RunAsync(RoundLoop loop, CancellationToken stopping) => loop.RunAsync(
        async token =>
        {
            await Task.Delay(Pause, Clock, token);
            if (await PurgeAsync(token) is > 0 and var deleted)
            {
                Log.LogInformation("Deleted {Count} {What}", deleted, what);
            }
        },
        stopping);

    /// <returns>How many rows were deleted.</returns>
    private async Task<int> PurgeAsync(CancellationToken cancellation)
    {
        var deleted = 0;
        while (true)
        {
            await using var db = database.OpenAll();
            var portion = await DeleteAsync(db, Clock.GetUtcNow().UtcDateTime, cancellation);
            deleted += portion;
            if (portion < Portion)
            {
                return deleted;
            }
        }
    }
}
