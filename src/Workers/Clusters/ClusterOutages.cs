using System.Collections.Concurrent;
using System.Globalization;
using StackExchange.Redis;

namespace MultiPanel.Workers.Clusters;

/// <summary>Since when a cluster has been unreachable; all workers report the same time.</summary>
public sealed class ClusterOutages(IConnectionMultiplexer redis, TimeProvider clock)
{
    /// <summary>Jobs that wait for a cluster try it every few seconds; without a failed try for this long it counts as reachable.</summary>
    private static readonly TimeSpan Kept = TimeSpan.FromMinutes(1);

    /// <summary>One try in this time shows as much as a thousand.</summary>
    private static readonly TimeSpan Between = TimeSpan.FromSeconds(4);

    private readonly ConcurrentDictionary<int, DateTimeOffset> failed = new();

    /// <summary>It did not answer a moment ago: a step that waits for it need not try it again yet.</summary>
    public bool WasUnreachableJustNow(int cluster) => failed.TryGetValue(cluster, out var seen) && clock.GetUtcNow() - seen < Between;

    /// <summary>No node answered just now.</summary>
    /// <returns>Since when, UTC.</returns>
    public async Task<DateTime> RecordUnreachableAsync(int cluster)
    {
        failed[cluster] = clock.GetUtcNow();
        var database = redis.GetDatabase();
        var now = clock.GetUtcNow().ToUnixTimeMilliseconds();
        await database.StringSetAsync(Key(cluster), now, Kept, when: When.NotExists);
        await database.KeyExpireAsync(Key(cluster), Kept);
        var since = await database.StringGetAsync(Key(cluster));
        return DateTimeOffset.FromUnixTimeMilliseconds(since.IsNull ? now : (long)since).UtcDateTime;
    }

    /// <summary>It answered.</summary>
    public async Task RecordReachableAsync(int cluster)
    {
        if (failed.TryRemove(cluster, out _))
        {
            await redis.GetDatabase().KeyDeleteAsync(Key(cluster));
        }
    }

    /// <summary>The message of a job that waits for it.</summary>
    public static string Message(string cluster, DateTime since, string why) =>
        $"cluster {cluster} unreachable since {since.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture)} UTC: {why}";

    public static bool IsMessage(string message) =>
        message.StartsWith("cluster ", StringComparison.Ordinal) && message.Contains(" unreachable since ", StringComparison.Ordinal);

    private static RedisKey Key(int cluster) => $"mp:cluster:{cluster}:unreachable";
}
