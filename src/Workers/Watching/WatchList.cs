using System.Globalization;
using System.Text.Json;
using StackExchange.Redis;

namespace MultiPanel.Workers.Watching;

/// <summary>The tasks that are being waited for, by cluster. What Redis loses of it the reconciler brings back.</summary>
public sealed class WatchList(IConnectionMultiplexer redis)
{
    private static readonly RedisKey Clusters = "mp:watch";

    /// <summary>Published with a cluster's id when a task is added, so that an idle watcher starts at once.</summary>
    public static RedisChannel Added { get; } = RedisChannel.Literal("mp:watch:added");

    public async Task AddAsync(WatchedTask task)
    {
        var database = redis.GetDatabase();
        var added = database.HashSetAsync(Key(task.ClusterId), task.Upid, JsonSerializer.Serialize(task));
        await database.SetAddAsync(Clusters, task.ClusterId);
        await added;
        await redis.GetSubscriber().PublishAsync(Added, task.ClusterId);
    }

    public async Task<IReadOnlyList<WatchedTask>> ReadAsync(int cluster) =>
        [.. (await redis.GetDatabase().HashValuesAsync(Key(cluster))).Select(json => JsonSerializer.Deserialize<WatchedTask>(json.ToString())!)];

    public async Task<bool> IsEmptyAsync(int cluster) => await redis.GetDatabase().HashLengthAsync(Key(cluster)) == 0;

    public Task RemoveAsync(WatchedTask task) => redis.GetDatabase().HashDeleteAsync(Key(task.ClusterId), task.Upid);

    public async Task<IReadOnlyList<int>> ClustersAsync() =>
        [.. (await redis.GetDatabase().SetMembersAsync(Clusters)).Select(id => int.Parse(id.ToString(), CultureInfo.InvariantCulture))];

    private static RedisKey Key(int cluster) => $"mp:watch:{cluster}";
}
