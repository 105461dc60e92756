using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using StackExchange.Redis;

namespace MultiPanel.Workers.Liveness;

/// <summary>
/// Something that one worker of all does again and again. For a moment two may do it (a lease expired in the middle of a round): what
/// they do must bear that. A failure is logged, and the next round tries again.
/// </summary>
public abstract class LeasedService(
    string name, TimeSpan cycle, IConnectionMultiplexer redis, WorkerIdentity worker, TimeProvider clock, ILogger log) : BackgroundService
{
    /// <summary>Another worker goes on within a few seconds, also where a cycle is short.</summary>
    private static readonly TimeSpan ShortestLease = TimeSpan.FromSeconds(4);

    private readonly TimeSpan length = cycle * 2 > ShortestLease ? cycle * 2 : ShortestLease;

    protected TimeProvider Clock { get; } = clock;

    protected ILogger Log { get; } = log;

    protected sealed override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var lease = new RedisLease(redis, $"mp:{name}:lease", worker.Id, length);
        using var timer = new PeriodicTimer(cycle, Clock);
        try
        {
            do
            {
                try
                {
                    if (await lease.HoldAsync())
                    {
                        await RunHoldingAsync(lease, stoppingToken);
                    }
                }
                catch (Exception failure) when (!stoppingToken.IsCancellationRequested)
                {
                    Log.LogWarning(failure, "Could not finish a round of the {Service}; retrying in {Cycle}", name, cycle);
                }
            }
            while (await timer.WaitForNextTickAsync(stoppingToken));
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
            await lease.HoldAsync();
        }

        await round;
    }
}
