using Microsoft.Extensions.DependencyInjection;
using MultiPanel.TestKit;
using MultiPanel.Workers.WatchedTasks;
using MultiPanel.Workers.Watching;
using StackExchange.Redis;

namespace MultiPanel.Workers.Tests.Watching;

/// <summary>A cluster with running tasks is watched, however its last watch ended.</summary>
public sealed class TaskWatcherTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    [Test]
    public async Task A_watch_that_ends_before_it_is_noted_does_not_keep_its_cluster_from_being_watched()
    {
        await using var rig = await WatchRig.StartAsync(1, ("east1", 9010));
        var redis = rig.Services.GetRequiredService<IConnectionMultiplexer>();
        var cluster = (await rig.Services.GetRequiredService<WatchList>().ClustersAsync())[0];
        // Taking the lease and giving it back: without a pause in between, the watch has ended when its start returns.
        var unreachable = UnreachableOnce.Of(redis, failures: 2);
        using var watcher = ActivatorUtilities.CreateInstance<TaskWatcher>(rig.Services, unreachable);
        await watcher.StartAsync(default);
        await ((UnreachableOnce)unreachable).Failed.Task.WaitAsync(Limit);
        Assert.That(rig.Proxmox.Calls.GetValueOrDefault("GET /nodes/{node}/tasks"), Is.Zero);

        await redis.GetSubscriber().PublishAsync(WatchList.Added, cluster);

        await Eventually.IsAsync(() => rig.Proxmox.Calls.GetValueOrDefault("GET /nodes/{node}/tasks") > 0, "its tasks are looked at", Limit);
        await watcher.StopAsync(default);
    }
}
