using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using MultiPanel.Contracts.Jobs;
using MultiPanel.Data.Jobs;
using MultiPanel.Hosting.Jobs;
using MultiPanel.Progress;
using MultiPanel.TestKit;
using MultiPanel.Workers.Reconciling;
using StackExchange.Redis;

namespace MultiPanel.Workers.Tests.Reconciling;

/// <summary>What becomes of jobs after an outage of Redis.</summary>
public sealed class JobReconcilerTests
{
    [Test]
    public async Task A_job_that_ended_while_redis_was_unreachable_for_long_gets_its_last_event_and_its_keys_expire()
    {
        await using var site = await Site.StartAsync(new SiteOptions { Inventory = false, Resting = ["backlog", "reconciler"] });
        var redis = site.Services.GetRequiredService<IConnectionMultiplexer>().GetDatabase();
        var job = await site.CloneAsync(send: false);
        site.Services.GetRequiredService<CommandOutbox>().Enqueue(job);
        await site.SeesAsync(_ => redis.SortedSetScoreAsync("mp:activity", job.Id.ToString()), until => until is not null, "Redis knows the job");
        RedisKey[] keys = [ProgressKeys.Snapshot(job.Id), ProgressKeys.Events(job.Id)];
        Assert.That(await Task.WhenAll(keys.Select(key => redis.KeyTimeToLiveAsync(key))), Is.All.Null);

        // All that reaches a store during the outage: the API writes the row.
        await using (var db = site.Database.OpenAll())
        {
            var row = await db.Jobs.SingleAsync(row => row.Id == job.Id);
            row.Error = new JobError { Code = JobErrorCodes.Cancelled, Message = "Cancelled on request." };
            row.End(site.Clock.GetUtcNow().UtcDateTime);
            await db.SaveChangesAsync();
        }

        site.Advance(TimeSpan.FromHours(1));
        await site.RoundAsync<JobReconciler>();

        Assert.That((await site.ReportedAsync(job))[^1], Does.Contain("\"status\":\"cancelled\""));
        Assert.That(await Task.WhenAll(keys.Select(key => redis.KeyTimeToLiveAsync(key))), Is.All.Not.Null);
        await site.SeesAsync(_ => redis.SortedSetScoreAsync("mp:activity", job.Id.ToString()), score => score is null, "all of it is done, and the next heartbeat forgets it");
    }
}
