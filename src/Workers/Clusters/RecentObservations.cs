using System.Collections.Concurrent;
using MultiPanel.Data.Clusters;

namespace MultiPanel.Workers.Clusters;

/// <summary>
/// What was read of a cluster a moment ago, for choosing a place: a thousand clones of one template look once a second
/// instead of a thousand times. Never for deciding whether an effect is there.
/// </summary>
public sealed class RecentObservations(TimeProvider clock)
{
    private static readonly TimeSpan Recent = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<(int Cluster, string What), (DateTimeOffset At, Task Read)> sights = new();

    public async Task<T> ReadAsync<T>(int cluster, string what, Func<Task<T>> read)
    {
        var now = clock.GetUtcNow();
        if (sights.TryGetValue((cluster, what), out var seen) && now - seen.At < Recent && !seen.Read.IsFaulted && !seen.Read.IsCanceled)
        {
            return await (Task<T>)seen.Read;
        }

        var reading = read();
        sights[(cluster, what)] = (now, reading);
        return await reading;
    }
}
