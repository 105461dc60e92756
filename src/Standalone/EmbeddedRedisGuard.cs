using MultiPanel.Hosting.Settings;
using MultiPanel.Progress;
using MultiPanel.Progress.Loops;

namespace MultiPanel.Standalone;

/// <summary>
/// Reopens the embedded Redis when it takes no more writes. After a full disk Garnet refuses every write for good (its append-only
/// file keeps the failed commit), also when there is room again. What it held is expendable: the database is the truth, and the
/// reconciler and the first report of each job bring the rest back.
/// </summary>
public sealed class EmbeddedRedisGuard(
    IEmbeddedRedis redis, IHostApplicationLifetime lifetime, TimeProvider clock, ILogger<EmbeddedRedisGuard> log) : RepeatingService(log, clock)
{
    /// <summary>Between two writes.</summary>
    public static readonly TimeSpan Cycle = TimeSpan.FromSeconds(2);

    /// <summary>So many failed writes in a row are no hiccup.</summary>
    public const int FailuresBeforeReopening = 3;

    /// <summary>So many reopenings without one write that succeeds are enough.</summary>
    public const int MostReopenings = 3;

    private readonly FailureLog failures = new(log, clock);
    private int failed, reopened;
    private bool isFull;
    private volatile string? givenUp;

    /// <exception cref="HostFailedException">The guard has stopped the host.</exception>
    public void ThrowIfGivenUp()
    {
        if (givenUp is { } why)
        {
            throw new HostFailedException(why);
        }
    }

    protected override Task RunAsync(RoundLoop loop, CancellationToken stopping) => loop.RunUntilDoneAsync(
        async token =>
        {
            await Task.Delay(Cycle, Clock, token);
            await CheckAsync(token);
            return givenUp is not null;
        },
        stopping);

    private async Task CheckAsync(CancellationToken stopping)
    {
        if (await TryWriteAsync(stopping))
        {
            if (failed + reopened > 0)
            {
                Log.LogInformation("The embedded Redis takes writes again");
                failures.Clear();
            }

            (failed, reopened, isFull) = (0, 0, false);
            return;
        }

        if (++failed < FailuresBeforeReopening)
        {
            return;
        }

        if (!redis.HasRoom())
        {
            if (!isFull)
            {
                Log.LogWarning("The disk of DATA_DIR is full: jobs wait until there is room again");
                isFull = true;
            }

            return;
        }

        isFull = false;
        if (reopened == MostReopenings)
        {
            GiveUp();
            return;
        }

        // Our connections need a moment to find the new server: failures count from zero again.
        failed = 0;
        reopened++;
        await TryReopenAsync(stopping);
    }

    private async Task<bool> TryWriteAsync(CancellationToken stopping)
    {
        try
        {
            await redis.WriteAsync(stopping);
            return true;
        }
        catch (Exception failure) when (RedisFailures.IsUnreachable(failure, stopping))
        {
            failures.Write(failure, "The embedded Redis took no write");
            return false;
        }
    }

    private async Task TryReopenAsync(CancellationToken stopping)
    {
        try
        {
            await redis.ReopenAsync(stopping);
            Log.LogWarning("Reopened the embedded Redis, empty, because it took no writes; jobs go on from the database");
        }
        catch (Exception failure) when (!stopping.IsCancellationRequested)
        {
            failures.Write(failure, $"Could not reopen the embedded Redis (attempt {reopened} of {MostReopenings})");
        }
    }

    private void GiveUp()
    {
        givenUp = $"MultiPanel stops: its embedded Redis takes no writes, though it was reopened {MostReopenings} times. "
            + "No accepted job is lost. Check the disk of DATA_DIR and the log, then start MultiPanel again.";
        Log.LogCritical("{Reason}", givenUp);
        lifetime.StopApplication();
    }
}
