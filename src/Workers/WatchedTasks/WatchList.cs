using System.Globalization;
using System.Text.Json;
using MultiPanel.Progress;
using StackExchange.Redis;

namespace MultiPanel.Workers.WatchedTasks;

/// <summary>The tasks that are being waited for, by cluster. What Redis loses of it the reconciler brings back.</summary>
public sealed class WatchList(IConnectionMultiplexer redis)
{
    private static readonly RedisKey Clusters = "mp:watch";

    private static readonly RedisScript Watch = new(typeof(WatchList), "watch.lua");

    /// <summary>Published with a cluster's id when a task is added, so that an idle watcher starts at once.</summary>
    public static RedisChannel Added { get; } = RedisChannel.Literal("mp:watch:added");

    /// <summary>A script, to be run together with others.</summary>
    public static ScriptCall Adding(WatchedTask task) => Watch.With(
        [Key(task.ClusterId), Clusters], [task.Upid, JsonSerializer.Serialize(task), task.ClusterId, Added.ToString()]);

    /// <inheritdoc cref="Adding"/>
    public static ScriptCall Removing(WatchedTask task) => ScriptCall.Command("HDEL", Key(task.ClusterId), task.Upid);

    public Task AddAsync(WatchedTask task) => Adding(task).RunAsync(redis.GetDatabase());

    public Task RemoveAsync(WatchedTask task) => Removing(task).RunAsync(redis.GetDatabase());

    public async Task<IReadOnlyList<WatchedTask>> ReadAsync(int cluster) =>
        [.. (await redis.GetDatabase().HashValuesAsync(Key(cluster))).Select(json => JsonSerializer.Deserialize<WatchedTask>(json.ToString())!)];

    /// <summary>Clusters that had tasks; one that has none any more may be among them.</summary>
    public async Task<IReadOnlyList<int>> ClustersAsync() =>
        [.. (await redis.GetDatabase().SetMembersAsync(Clusters)).Select(id => int.Parse(id.ToString(), CultureInfo.InvariantCulture))];

    private static RedisKey Key(int cluster) => $"mp:watch:{cluster}";
}
