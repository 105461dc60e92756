using System.Globalization;
using System.Text.Json;
using MultiPanel.Progress;
using StackExchange.Redis;

namespace MultiPanel.Workers.WatchedTasks;

/// <summary>The tasks that are being waited for, by cluster. What Redis loses of it the reconciler brings back.</summary>
public sealed class WatchList(IConnectionMultiplexer redis)
{
    private static readonly RedisKey Clusters = "mp:watch";

    private static readonly RedisScript Add = new(typeof(WatchList), "add-task.lua");

    private static readonly RedisScript Read = new(typeof(WatchList), "read-tasks.lua");

    /// <summary>Published with a cluster's id when a task is added, so that an idle watcher starts at once.</summary>
    public static RedisChannel Added { get; } = RedisChannel.Literal("mp:watch:added");

    /// <summary>A script, to be run together with others.</summary>
    public static ScriptCall Adding(WatchedTask task) => Add.With(
        [Key(task.ClusterId), Clusters], [task.Upid, JsonSerializer.Serialize(task), task.ClusterId, Added.ToString()]);

    /// <inheritdoc cref="Adding"/>
    public static ScriptCall Removing(WatchedTask task) => ScriptCall.Command("HDEL", Key(task.ClusterId), task.Upid);

    public Task AddAsync(WatchedTask task) => Adding(task).RunAsync(redis.GetDatabase());

    public Task RemoveAsync(WatchedTask task) => Removing(task).RunAsync(redis.GetDatabase());

    public async Task<IReadOnlyList<WatchedTask>> ReadAsync(int cluster) =>
        [.. ((string[])(await Read.With([Key(cluster), Clusters], [cluster]).RunAsync(redis.GetDatabase()))!)
            .Select(json => JsonSerializer.Deserialize<WatchedTask>(json)!)];

    /// <summary>Clusters with tasks; the last look of one may be still to come.</summary>
    public async Task<IReadOnlyList<int>> ClustersAsync() =>
        [.. (await redis.GetDatabase().SetMembersAsync(Clusters)).Select(id => int.Parse(id.ToString(), CultureInfo.InvariantCulture))];

    private static RedisKey Key(int cluster) => $"mp:watch:{cluster}";
}
