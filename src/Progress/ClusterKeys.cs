using System.Globalization;
using StackExchange.Redis;

namespace MultiPanel.Progress;

/// <summary>
/// All that Redis keeps of a cluster: its slots (<c>mp:admission:{id}…</c>), who holds them as the API shows it, how long
/// steps take there, its watched tasks, since when it is unreachable.
/// </summary>
public sealed class ClusterKeys(IConnectionMultiplexer redis)
{
    private const string Watched = "mp:watch";

    /// <summary>For a cluster that has been deleted. Safe to repeat.</summary>
    /// <returns>Whether anything was there.</returns>
    /// <exception cref="RedisException">Redis is unreachable.</exception>
    public async Task<bool> DeleteAsync(int cluster)
    {
        var id = cluster.ToString(CultureInfo.InvariantCulture);
        var database = redis.GetDatabase();
        List<RedisKey> keys = [$"mp:admission-board:{id}", $"mp:durations:{id}", $"mp:cluster:{id}:unreachable", $"{Watched}:{id}", $"{Watched}:{id}:lease"];
        foreach (var server in redis.GetServers().Where(server => server is { IsConnected: true, IsReplica: false }))
        {
            // Slots are stored under names that depend on nodes, storages and companies.
            await foreach (var key in server.KeysAsync(database.Database, $"mp:admission:{{{id}}}*"))
            {
                keys.Add(key);
            }
        }

        var watched = await database.SetRemoveAsync(Watched, id);
        return await database.KeyDeleteAsync([.. keys]) > 0 || watched;
    }
}
