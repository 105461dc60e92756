using System.Collections.Concurrent;

namespace MultiPanel.Workers.Clusters;

/// <summary>
/// How many of a queue's hands are at work on each cluster. One that takes calls and does not answer (a hung pveproxy holds
/// each for more than a minute) must leave some to the others.
/// </summary>
public sealed class ClusterConcurrency(WorkerSettings settings, TimeProvider clock)
{
    /// <summary>Where all goes well a hand is free again within this.</summary>
    private static readonly TimeSpan Soon = TimeSpan.FromMilliseconds(250);

    /// <summary>How long a crowded cluster's next messages are sent away without waiting at all.</summary>
    private static readonly TimeSpan Crowded = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<(string Queue, int Cluster), Hands> all = new();

    /// <returns>Dispose it when done. Null: the cluster has its share of hands already; try again later.</returns>
    public async Task<IDisposable?> TakeAsync(string queue, int cluster, CancellationToken cancellation)
    {
        var hands = all.GetOrAdd((queue, cluster), _ => new Hands(Math.Max(1, settings.Concurrency * 3 / 4)));
        var now = clock.GetTimestamp();
        var wait = clock.GetElapsedTime(hands.CrowdedSince, now) < Crowded ? TimeSpan.Zero : Soon;
        if (await hands.Free.WaitAsync(wait, cancellation))
        {
            return new Hand(hands.Free);
        }

        hands.CrowdedSince = wait == Soon ? clock.GetTimestamp() : hands.CrowdedSince;
        return null;
    }

    private sealed class Hands(int most)
    {
        public SemaphoreSlim Free { get; } = new(most);

        /// <summary>A timestamp of the clock; 0: long ago.</summary>
        public long CrowdedSince { get; set; }
    }

    private sealed class Hand(SemaphoreSlim free) : IDisposable
    {
        public void Dispose() => free.Release();
    }
}
