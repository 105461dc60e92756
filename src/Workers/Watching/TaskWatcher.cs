using System.Collections.Concurrent;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using MultiPanel.Workers.Liveness;
using StackExchange.Redis;

namespace MultiPanel.Workers.Watching;

/// <summary>
/// Watches the running tasks of all jobs: one worker a cluster (a lease decides which), one look a node and tick, whatever
/// the number of jobs. It rests while nothing runs.
/// </summary>
public sealed class TaskWatcher(
    WatchList watching, ClusterWatchFactory clusters, WorkerIdentity worker, IConnectionMultiplexer redis, WorkerSettings settings, TimeProvider clock,
    ILogger<TaskWatcher> log) : BackgroundService
{
    /// <summary>For wake-ups that were lost, and for clusters whose watcher died.</summary>
    private static readonly TimeSpan IdleLook = TimeSpan.FromSeconds(2);

    private static readonly TimeSpan LeaseLength = TimeSpan.FromSeconds(5);

    private readonly ConcurrentDictionary<int, Task> running = new();
    private readonly SemaphoreSlim added = new(0, 1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var subscribed = false;
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                if (!subscribed)
                {
                    await redis.GetSubscriber().SubscribeAsync(WatchList.Added, (_, _) => Wake());
                    subscribed = true;
                }

                foreach (var cluster in await watching.ClustersAsync())
                {
                    _ = running.GetOrAdd(cluster, id => WatchAsync(id, stoppingToken));
                }
            }
            catch (Exception away) when (away is RedisException or RedisTimeoutException)
            {
                log.LogWarning("The watcher waits for Redis: {Reason}", away.Message);
            }

            await added.WaitAsync(IdleLook, stoppingToken);
        }
    }

    private void Wake()
    {
        if (added.CurrentCount == 0)
        {
            try
            {
                added.Release();
            }
            catch (SemaphoreFullException)
            {
                // Another wake-up came at the same moment.
            }
        }
    }

    /// <summary>Runs while the cluster has tasks and this worker has its lease.</summary>
    private async Task WatchAsync(int cluster, CancellationToken stopping)
    {
        await Task.Yield();
        var lease = new RedisLease(redis, $"mp:watch:{cluster}:lease", worker.Id, LeaseLength);
        var watch = clusters.For(cluster);
        try
        {
            using var tick = new PeriodicTimer(settings.WatchTick, clock);
            do
            {
                if (await watching.IsEmptyAsync(cluster) || !await lease.HoldAsync())
                {
                    break;
                }

                await watch.TickAsync(stopping);
            }
            while (await tick.WaitForNextTickAsync(stopping));

            await lease.GiveBackAsync();
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            await lease.GiveBackAsync();
        }
        catch (Exception failure)
        {
            log.LogError(failure, "Watching cluster {Cluster} failed; it starts again", cluster);
        }
        finally
        {
            running.TryRemove(cluster, out _);
        }
    }
}
