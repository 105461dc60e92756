using System.Text.RegularExpressions;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using MultiPanel.Contracts.Admission;
using MultiPanel.Progress;
using MultiPanel.Sagas.Admission;
using MultiPanel.TestKit;
using MultiPanel.Workers.Admission;
using StackExchange.Redis;

namespace MultiPanel.Workers.Tests.Inventory;

/// <summary>A cluster that was deleted leaves nothing in Redis, whichever service has written about it.</summary>
public sealed class DeletedClusterTests
{
    [Test]
    public async Task Nothing_of_a_cluster_is_left_in_redis_and_nothing_of_another_is_lost()
    {
        await using var site = await Site.StartAsync(new SiteOptions { Inventory = false, Resting = ["admission-watch", "reconciler"] });
        await site.MakeVmAsync();
        var redis = site.Services.GetRequiredService<IConnectionMultiplexer>();
        await redis.GetDatabase().StringSetAsync("mp:durations:12", "another cluster's");
        await redis.GetDatabase().StringSetAsync("mp:admission:{12}:holders", "another cluster's");
        Assert.That(await KeysAsync(redis, site.Cluster.Id), Is.Not.Empty, "a clone leaves something");

        var keys = site.Services.GetRequiredService<ClusterKeys>();
        Assert.That(await keys.DeleteAsync(site.Cluster.Id), Is.True);

        Assert.That(await KeysAsync(redis, site.Cluster.Id), Is.Empty);
        Assert.That(await redis.GetDatabase().SetContainsAsync("mp:watch", site.Cluster.Id), Is.False);
        Assert.That(await KeysAsync(redis, 12), Has.Count.EqualTo(2));
        Assert.That(await keys.DeleteAsync(site.Cluster.Id), Is.False, "it was deleted before");
    }

    [Test]
    public async Task What_is_written_of_a_cluster_after_its_deletion_goes_with_the_next_round()
    {
        await using var inventory = await InventorySite.StartAsync(1);
        await inventory.RoundAsync();
        await using (var db = inventory.Site.Database.OpenAll())
        {
            await db.Clusters.ExecuteDeleteAsync();
        }

        var board = inventory.Site.Services.GetRequiredService<AdmissionBoard>();
        await board.WriteAsync(new AdmissionView { ClusterId = inventory.Site.Cluster.Id, Limits = new Dictionary<string, ClassLimits>() });

        await inventory.RoundAsync();

        Assert.That(await board.ReadAsync(inventory.Site.Cluster.Id), Is.Null);
    }

    [Test]
    public async Task A_cluster_that_is_deleted_during_a_round_of_its_slots_leaves_nothing()
    {
        await using var site = await Site.StartAsync(new SiteOptions { Inventory = false, Resting = ["admission-watch", "reconciler", "slot-reconciler"] });
        var (redis, id) = (site.Services.GetRequiredService<IConnectionMultiplexer>(), site.Cluster.Id);
        await using (var db = site.Database.OpenAll())
        {
            var cluster = await db.Clusters.SingleAsync(row => row.Id == id);
            cluster.Limits = AdmissionLimits.Default.With(AdmissionClass.Power, new ClassLimits(1, 32, 32));
            await db.SaveChangesAsync();
        }

        await site.RoundAsync<AdmissionMonitor>();
        Assert.That(await KeysAsync(redis, id), Is.Not.Empty, "limits and board");
        var admission = BeforeReport.Of(site.Services.GetRequiredService<IAdmission>(), async () =>
        {
            await using var db = site.Database.OpenAll();
            await db.Clusters.Where(row => row.Id == id).ExecuteDeleteAsync();
            await site.Services.GetRequiredService<ClusterKeys>().DeleteAsync(id);
        });
        await site.Make<AdmissionMonitor>(admission).RunOnceAsync(CancellationToken.None);

        Assert.That(await KeysAsync(redis, id), Is.Empty);
    }

    /// <summary>The keys with the cluster's id as a part of their name; <c>mp:recent</c> has companies' ids there.</summary>
    private static async Task<IReadOnlyList<string>> KeysAsync(IConnectionMultiplexer redis, int cluster)
    {
        var found = new List<string>();
        await foreach (var key in redis.GetServers()[0].KeysAsync(redis.GetDatabase().Database, "mp:*"))
        {
            found.Add(key.ToString());
        }

        return found.FindAll(key => !key.StartsWith("mp:recent:", StringComparison.Ordinal) && Regex.IsMatch(key, $@":\{{?{cluster}\}}?(:|\z)"));
    }
}
