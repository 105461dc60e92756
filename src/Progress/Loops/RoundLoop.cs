using Microsoft.Extensions.Logging;

namespace MultiPanel.Progress.Loops;

/// <summary>Repeats rounds until the host stops. No failure of a round ends it: the failure is logged, and after a pause the next round begins.</summary>
/// <param name="name">Who runs the rounds, as the log shows it.</param>
/// <param name="retryPause">Between a failed round and the next one.</param>
/// <param name="log">Takes the failures; see <see cref="FailureLog"/>.</param>
/// <param name="clock">Times the pause.</param>
public sealed class RoundLoop(string name, TimeSpan retryPause, ILogger log, TimeProvider clock)
{
    /// <param name="round">Waits for its work and does it. One that returns is called again at once.</param>
    /// <param name="stopping">Ends the loop; the task then completes, it is not cancelled.</param>
    public Task RunAsync(Func<CancellationToken, Task> round, CancellationToken stopping) => RunUntilDoneAsync(
        async token =>
        {
            await round(token).ConfigureAwait(false);
            return false;
        },
        stopping);

    /// <param name="round">Waits for its work and does it. True: there is no more to do, and the loop ends.</param>
    /// <param name="stopping">Ends the loop; the task then completes, it is not cancelled.</param>
    public async Task RunUntilDoneAsync(Func<CancellationToken, Task<bool>> round, CancellationToken stopping)
    {
        var failures = new FailureLog(log, clock);
        var failed = 0;
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                if (await round(stopping).ConfigureAwait(false))
                {
                    return;
                }

                if (failed > 0)
                {
                    log.LogInformation("{Loop} works again after {Failed} failed rounds", name, failed);
                    failures.Clear();
                    failed = 0;
                }
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
                return;
            }
            catch (Exception failure)
            {
                // Also a cancellation that was not asked for here: StackExchange.Redis ends pending calls so.
                failed++;
                failures.Write(failure, $"{name} could not finish its round and begins the next one in {retryPause.TotalSeconds:0.#} s");
                await Task.Delay(retryPause, clock, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }
}
