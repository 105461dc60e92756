using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using StackExchange.Redis;

namespace MultiPanel.Workers.Liveness;

/// <summary>
/// Something that one worker of all does again and again. For a moment two may do it (a lease ran out in mid-work): what
/// they do must bear that. A failure is logged, and the next cycle tries again.
/// </summary>
public abstract class LeasedService(
    string name, TimeSpan cycle, IConnectionMultiplexer redis, WorkerIdentity worker, TimeProvider clock, ILogger log) : BackgroundService
{
    /// <summary>Another worker goes on within a few seconds, also where a cycle is short.</summary>
    private static readonly TimeSpan ShortestLease = TimeSpan.FromSeconds(4);

    protected TimeProvider Clock { get; } = clock;

    protected ILogger Log { get; } = log;

    protected sealed override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var lease = new RedisLease(redis, $"mp:{name}:lease", worker.Id, cycle * 2 > ShortestLease ? cycle * 2 : ShortestLease);
        using var timer = new PeriodicTimer(cycle, Clock);
        try
        {
            do
            {
                try
                {
                    if (await lease.HoldAsync())
                    {
                        await RunOnceAsync(stoppingToken);
                    }
                }
                catch (Exception failure) when (!stoppingToken.IsCancellationRequested)
                {
                    Log.LogWarning("The {Service} could not do its round; it tries again: {Reason}", name, failure.Message);
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
}
