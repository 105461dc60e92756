using System.Collections.Concurrent;

namespace MultiPanel.Workers.Clusters;

/// <summary>
/// How many steps of a queue run on each cluster at once. A cluster that takes calls and does not answer (a hung pveproxy holds
/// each for more than a minute) must leave consumers to the others.
/// </summary>
public sealed class ClusterConcurrency(WorkerSettings settings, TimeProvider clock)
{
    /// <summary>Where all goes well a turn is free again within this.</summary>
    private static readonly TimeSpan Soon = TimeSpan.FromMilliseconds(250);

    /// <summary>How long a crowded cluster's next messages are postponed without any wait.</summary>
    private static readonly TimeSpan Crowded = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<(string Queue, int Cluster), Share> shares = new();

    /// <returns>Dispose it when done. Null: the cluster has its share already; try again later.</returns>
    public async Task<IDisposable?> TakeAsync(string queue, int cluster, CancellationToken cancellation)
    {
        var share = shares.GetOrAdd((queue, cluster), _ => new Share(Math.Max(1, settings.Concurrency * 3 / 4)));
        var now = clock.GetTimestamp();
        var wait = clock.GetElapsedTime(share.CrowdedSince, now) < Crowded ? TimeSpan.Zero : Soon;
        if (await share.Free.WaitAsync(wait, cancellation))
        {
            return new Turn(share.Free);
        }

        share.CrowdedSince = wait == Soon ? clock.GetTimestamp() : share.CrowdedSince;
        return null;
    }

    private sealed class Share(int most)
    {
        public SemaphoreSlim Free { get; } = new(most);

        /// <summary>A timestamp of the clock; 0: long ago.</summary>
        public long CrowdedSince { get; set; }
    }

    private sealed class Turn(SemaphoreSlim free) : IDisposable
    {
        public void Dispose() => free.Release();
    }
}
