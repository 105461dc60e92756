using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace MultiPanel.Progress.Loops;

/// <summary>
/// A background service that no failure ends, and that ends no host. All of ours derive from it (tests/Architecture.Tests says
/// so): what escapes from a plain <see cref="BackgroundService"/> stops the whole process, and a host that ignores it would
/// run on without the service.
/// </summary>
/// <param name="log">Takes the failures.</param>
/// <param name="clock">Times the pauses.</param>
/// <param name="retryPause">Between a failed round and the next one; 5 s where nothing is given.</param>
public abstract class RepeatingService(ILogger log, TimeProvider clock, TimeSpan? retryPause = null) : BackgroundService
{
    private static readonly TimeSpan DefaultRetryPause = TimeSpan.FromSeconds(5);

    protected ILogger Log { get; } = log;

    protected TimeProvider Clock { get; } = clock;

    /// <summary>Runs the service's loop, or several side by side. If it throws outside of them, it is called again after the pause.</summary>
    /// <param name="loop">Repeats the rounds.</param>
    /// <param name="stopping">The host stops.</param>
    protected abstract Task RunAsync(RoundLoop loop, CancellationToken stopping);

    protected sealed override Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var loop = new RoundLoop(GetType().Name, retryPause ?? DefaultRetryPause, Log, Clock);
        return loop.RunUntilDoneAsync(
            async stopping =>
            {
                await RunAsync(loop, stopping).ConfigureAwait(false);
                return true;
            },
            stoppingToken);
    }
}
