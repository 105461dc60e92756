using System.Collections.Concurrent;

namespace MultiPanel.Workers.Clusters;

/// <summary>
/// What was read of a cluster a moment ago, for choosing a place: a thousand clones of one template look once a second
/// instead of a thousand times. Never for deciding whether an effect is there.
/// </summary>
public sealed class RecentObservations(TimeProvider clock)
{
    private static readonly TimeSpan Recent = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<(int Cluster, string What), Observation> observations = new();
    private DateTimeOffset evicted;

    /// <summary>How many are kept.</summary>
    internal int Count => observations.Count;

    /// <param name="within">How old it may be; null: a second.</param>
    public async Task<T> ReadAsync<T>(int cluster, string what, Func<Task<T>> read, TimeSpan? within = null)
    {
        var now = clock.GetUtcNow();
        if (observations.TryGetValue((cluster, what), out var known) && now < known.Until && !known.Read.IsFaulted && !known.Read.IsCanceled)
        {
            return await (Task<T>)known.Read;
        }

        Evict(now);
        var reading = read();
        observations[(cluster, what)] = new Observation(now + (within ?? Recent), reading);
        return await reading;
    }

    /// <summary>Two that do it at once remove the same ones.</summary>
    private void Evict(DateTimeOffset now)
    {
        if (now - evicted < Recent)
        {
            return;
        }

        evicted = now;
        foreach (var old in observations.Where(entry => now >= entry.Value.Until))
        {
            observations.TryRemove(old);
        }
    }

    private sealed record Observation(DateTimeOffset Until, Task Read);
}
