using Microsoft.Extensions.Logging;
using MultiPanel.Progress;
using MultiPanel.Progress.Loops;
using StackExchange.Redis;

namespace MultiPanel.Workers.Liveness;

/// <summary>
/// Something that one worker of all does again and again. For a moment two may do it (a lease expired in the middle of a round): what
/// they do must bear that. A failure is logged, and the next round tries again.
/// </summary>
public abstract class LeasedService(
    string name, TimeSpan cycle, IConnectionMultiplexer redis, WorkerIdentity worker, TimeProvider clock, ILogger log)
    : RepeatingService(log, clock, retryPause: cycle)
{
    /// <summary>Another worker goes on within a few seconds, also where a cycle is short.</summary>
    private static readonly TimeSpan ShortestLease = TimeSpan.FromSeconds(4);

    private readonly TimeSpan length = cycle * 2 > ShortestLease ? cycle * 2 : ShortestLease;

    protected sealed override async Task RunAsync(RoundLoop loop, CancellationToken stopping)
    {
        var lease = new RedisLease(redis, $"mp:{name}:lease", worker.Id, length);
        using var timer = new PeriodicTimer(cycle, Clock);
        try
        {
            await loop.RunAsync(
                async token =>
                {
                    if (await lease.HoldAsync())
                    {
                        await RunHoldingAsync(lease, token);
                    }

                    await timer.WaitForNextTickAsync(token);
                },
                stopping);
        }
        finally
        {
            await lease.GiveBackAsync();
        }
    }

    /// <summary>One round.</summary>
    public abstract Task RunOnceAsync(CancellationToken cancellation);

    /// <summary>Under load a round may take longer than the lease; without renewing it, every worker would do the same work.</summary>
    private async Task RunHoldingAsync(RedisLease lease, CancellationToken stopping)
    {
        var round = RunOnceAsync(stopping);
        while (await Task.WhenAny(round, Task.Delay(length / 3, Clock, stopping)) != round && !stopping.IsCancellationRequested)
        {
            try
            {
                await lease.HoldAsync();
            }
            catch (Exception unreachable) when (RedisFailures.IsUnreachable(unreachable, stopping))
            {
                // The round goes on: a second one beside it in this process would do more harm than one of another worker.
                Log.LogWarning("Could not renew the lease of {Service}: {Reason}", GetType().Name, unreachable.Message);
            }
        }

        await round;
    }
}
