using Microsoft.EntityFrameworkCore;
using MultiPanel.Contracts.Jobs;
using MultiPanel.Data.Jobs;
using MultiPanel.Hosting.Jobs;
using MultiPanel.TestKit;
using MultiPanel.Workers.Reconciling;

namespace MultiPanel.Workers.Tests.Life;

/// <summary>What was accepted and not sent by the API.</summary>
[Parallelizable(ParallelScope.All)]
public sealed class FeederTests
{
    private static readonly string[] Resting = ["backlog", "reconciler"];

    [Test]
    public async Task A_command_that_this_version_cannot_read_holds_up_no_other()
    {
        await using var site = await Site.StartAsync(new SiteOptions { Resting = Resting });
        var newer = await site.CloneAsync(name: "newer", send: false);
        var other = await site.CloneAsync(name: "other", send: false);
        await ChangeAsync(site, newer, row => row.Workflow = "of-a-newer-version");
        site.Advance(TimeSpan.FromSeconds(2));

        await site.RoundAsync<BacklogSender>();

        await site.SucceededAsync(other);
        Assert.That((await RowAsync(site, newer)).Status, Is.EqualTo(JobStatus.Queued), "a worker of that version takes it");
    }

    [Test]
    public async Task What_a_person_waits_for_at_a_screen_is_sent_although_many_others_have_not_begun()
    {
        await using var site = await Site.StartAsync(new SiteOptions { Resting = Resting });
        for (var number = 0; number < SendAllowance.Burst; number++)
        {
            var sent = await site.CloneAsync(name: $"web{number}", send: false);
            await ChangeAsync(site, sent, row => row.DispatchedAt = DateTime.UtcNow);
        }

        var waiting = await site.CloneAsync(name: "waiting", send: false);
        var awaited = await site.CloneAsync(name: "awaited", send: false);
        await ChangeAsync(site, awaited, row => row.Priority = JobPriority.Interactive);
        site.Advance(TimeSpan.FromSeconds(2));

        await site.RoundAsync<BacklogSender>();

        Assert.That((await RowAsync(site, awaited)).DispatchedAt, Is.Not.Null);
        Assert.That((await RowAsync(site, waiting)).DispatchedAt, Is.Null);
    }

    private static async Task ChangeAsync(Site site, Job job, Action<Job> change)
    {
        await using var db = site.Database.OpenAll();
        change(await db.Jobs.SingleAsync(row => row.Id == job.Id));
        await db.SaveChangesAsync();
    }

    private static async Task<Job> RowAsync(Site site, Job job)
    {
        await using var db = site.Database.OpenAll();
        return await db.Jobs.AsNoTracking().SingleAsync(row => row.Id == job.Id);
    }
}
