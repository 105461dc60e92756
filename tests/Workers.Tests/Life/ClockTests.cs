using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using MultiPanel.Contracts.Jobs;
using MultiPanel.Data.Jobs;
using MultiPanel.Progress;
using MultiPanel.TestKit;
using MultiPanel.Workers.Reconciling;
using StackExchange.Redis;

namespace MultiPanel.Workers.Tests.Life;

/// <summary>A worker whose clock is ten minutes ahead of the other hosts', or behind them, does what is due when it is due.</summary>
[TestFixture(10)]
[TestFixture(-10)]
public sealed class ClockTests(int minutes)
{
    private static readonly RedisKey Activity = "mp:activity";

    [Test]
    public async Task A_job_that_was_just_accepted_is_sent_at_once()
    {
        await using var site = await StartAsync();
        var job = await site.CloneAsync(with: clone => clone with { Start = false }, send: false);

        await site.RoundAsync<BacklogSender>();

        await site.SucceededAsync(job);
    }

    [Test]
    public async Task A_job_that_makes_progress_on_another_host_is_not_sent_again()
    {
        await using var site = await StartAsync();
        var job = await RunElsewhereAsync(site, TimeSpan.FromSeconds(30));
        var redis = site.Services.GetRequiredService<IConnectionMultiplexer>().GetDatabase();
        var until = await redis.SortedSetScoreAsync(Activity, job.Id.ToString());

        await site.RoundAsync<JobReconciler>();

        Assert.That(await redis.SortedSetScoreAsync(Activity, job.Id.ToString()), Is.EqualTo(until), "sending it would give it more time");
    }

    [Test]
    public async Task A_job_that_makes_no_progress_is_sent_again()
    {
        await using var site = await StartAsync();
        var job = await RunElsewhereAsync(site, TimeSpan.FromSeconds(-1));

        await site.RoundAsync<JobReconciler>();

        await site.SucceededAsync(job);
    }

    private Task<Site> StartAsync()
    {
        var options = new SiteOptions { Inventory = false, Resting = ["backlog", "reconciler"] };
        options.Clock.Advance(TimeSpan.FromMinutes(minutes));
        return Site.StartAsync(options);
    }

    /// <summary>A job that a host with the right time has begun.</summary>
    /// <param name="length">How long that host gives it to make progress.</param>
    private static async Task<Job> RunElsewhereAsync(Site site, TimeSpan length)
    {
        var job = await site.CloneAsync(with: clone => clone with { Start = false }, send: false);
        await using var db = site.Database.OpenAll();
        var row = await db.Jobs.SingleAsync(row => row.Id == job.Id);
        (row.Status, row.StartedAt, row.DispatchedAt) = (JobStatus.Running, DateTime.UtcNow, DateTime.UtcNow);
        await db.SaveChangesAsync();
        var redis = site.Services.GetRequiredService<IConnectionMultiplexer>();
        await new JobActivity(redis, new SharedClock(redis, TimeProvider.System)).TouchAsync(job.Id, length);
        return job;
    }
}
