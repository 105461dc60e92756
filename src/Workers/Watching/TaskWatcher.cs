using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using MultiPanel.Progress.Loops;
using MultiPanel.Workers.Liveness;
using MultiPanel.Workers.WatchedTasks;
using StackExchange.Redis;

namespace MultiPanel.Workers.Watching;

/// <summary>
/// Watches the running tasks of all jobs: one worker a cluster (a lease decides which), one look a node and tick, whatever
/// the number of jobs. It rests while nothing runs.
/// </summary>
public sealed class TaskWatcher(
    WatchList watching, IServiceProvider services, WorkerIdentity worker, IConnectionMultiplexer redis, WorkerSettings settings, TimeProvider clock,
    ILogger<TaskWatcher> log) : RepeatingService(log, clock, retryPause: IdleLook)
{
    /// <summary>For wake-ups that were lost, and for clusters whose watcher died.</summary>
    private static readonly TimeSpan IdleLook = TimeSpan.FromSeconds(2);

    private static readonly TimeSpan LeaseLength = TimeSpan.FromSeconds(5);

    private readonly ConcurrentDictionary<int, Task> running = new();

    /// <summary>When another worker was last seen to watch a cluster: a timestamp of the clock.</summary>
    private readonly ConcurrentDictionary<int, long> elsewhere = new();

    private readonly SemaphoreSlim added = new(0, 1);

    protected override async Task RunAsync(RoundLoop loop, CancellationToken stopping)
    {
        var subscribed = false;
        await loop.RunAsync(
            async token =>
            {
                if (!subscribed)
                {
                    await redis.GetSubscriber().SubscribeAsync(WatchList.Added, (_, cluster) => WakeFor((int)cluster));
                    subscribed = true;
                }

                foreach (var cluster in await watching.ClustersAsync())
                {
                    if (!IsWatchedHere(cluster))
                    {
                        running[cluster] = WatchAsync(cluster, stopping);
                    }
                }

                await added.WaitAsync(IdleLook, token);
            },
            stopping);
    }

    /// <summary>A cluster that is being watched, here or by another worker a moment ago, needs no wake-up for one task more.</summary>
    private void WakeFor(int cluster)
    {
        if (!IsWatchedHere(cluster) && !(elsewhere.TryGetValue(cluster, out var seen) && Clock.GetElapsedTime(seen) < IdleLook))
        {
            Wake();
        }
    }

    private bool IsWatchedHere(int cluster) => running.TryGetValue(cluster, out var watch) && !watch.IsCompleted;

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
        var (held, idle) = (false, false);
        var lease = new RedisLease(redis, $"mp:watch:{cluster}:lease", worker.Id, LeaseLength);
        var watch = ActivatorUtilities.CreateInstance<ClusterWatch>(services, cluster);
        try
        {
            using var tick = new PeriodicTimer(settings.WatchTick, Clock);
            while ((held = await lease.HoldAsync()) && await watch.TickAsync(stopping) && await tick.WaitForNextTickAsync(stopping))
            {
                // One look a node and tick.
            }

            idle = held;
            if (!held)
            {
                elsewhere[cluster] = Clock.GetTimestamp();
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // The worker stops; another one takes the lease.
        }
        catch (Exception failure)
        {
            Log.LogError(failure, "Could not watch cluster {Cluster}; starting again", cluster);
        }
        finally
        {
            if (held)
            {
                await lease.GiveBackAsync();
            }

            running.TryRemove(cluster, out _);
            if (idle)
            {
                Wake(); // a task added since the last look woke no one, because this cluster was being watched
            }
        }
    }
}
