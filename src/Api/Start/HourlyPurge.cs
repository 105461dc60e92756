using MultiPanel.Data;

namespace MultiPanel.Api.Start;

/// <summary>Deletes once an hour what is too old.</summary>
internal abstract class HourlyPurge(PanelDatabase database, string what, TimeProvider clock, ILogger log) : BackgroundService
{
    /// <summary>Rows of one transaction: nobody waits long for its locks.</summary>
    protected const int Portion = 1_000;

    private static readonly TimeSpan Pause = TimeSpan.FromHours(1);

    /// <returns>How many rows were deleted.</returns>
    public async Task<int> PurgeAsync(CancellationToken cancellation)
    {
        var deleted = 0;
        while (true)
        {
            await using var db = database.OpenAll();
            var portion = await DeleteAsync(db, clock.GetUtcNow().UtcDateTime, cancellation);
            deleted += portion;
            if (portion < Portion)
            {
                return deleted;
            }
        }
    }

    /// <summary>Deletes the next <see cref="Portion"/>.</summary>
    /// <returns>How many rows it was; fewer than a portion: the last.</returns>
    protected abstract Task<int> DeleteAsync(PanelDb db, DateTime now, CancellationToken cancellation);

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
                log.LogInformation("Deleted {Count} {What}", deleted, what);
            }
        }
        catch (Exception failure) when (DatabaseFailures.IsDatabase(failure))
        {
            log.LogWarning(failure, "Could not delete {What}; trying again in {Pause}", what, Pause);
        }
    }
}
