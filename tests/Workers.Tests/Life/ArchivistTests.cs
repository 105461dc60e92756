using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using MultiPanel.Contracts.Jobs;
using MultiPanel.Data.Jobs;
using MultiPanel.Progress;
using MultiPanel.TestKit;
using MultiPanel.Workers.Ending;
using MultiPanel.Workers.Reconciling;

namespace MultiPanel.Workers.Tests.Life;

/// <summary>What is over is told and kept, also where the message that does it was lost.</summary>
public sealed class ArchivistTests
{
    [Test]
    public async Task A_job_whose_end_was_written_but_never_told_gets_its_last_event_and_its_history()
    {
        await using var site = await Site.StartAsync(new SiteOptions { Inventory = false, Resting = ["archivist", "reconciler"] });
        var job = await site.CloneAsync(send: false);
        await site.HttpEdge.GetRequiredService<JobProgress>().PublishAsync(job.ToView());
        await using (var db = site.Database.OpenAll())
        {
            var row = await db.Jobs.SingleAsync(row => row.Id == job.Id);
            row.Error = new JobError { Code = JobErrorCodes.InternalError, Message = "the worker died right after" };
            row.End(DateTime.UtcNow);
            await db.SaveChangesAsync();
        }

        site.Advance(TimeSpan.FromSeconds(30));
        await site.RoundAsync<JobArchivist>();

        var kept = (await site.HistoriesAsync(job, attempts: 1)).Single();
        Assert.That(kept.Events, Does.Contain("the worker died right after"));
        Assert.That((await site.ToldAsync(job))[^1], Does.Contain("\"status\":\"failed\""));
    }

    [Test]
    public async Task Idempotency_keys_go_after_a_day()
    {
        await using var site = await Site.StartAsync(new SiteOptions { Inventory = false, Resting = ["archivist"] });
        await using var db = site.Database.OpenAll();
        db.IdempotencyKeys.AddRange(Key("old", TimeSpan.FromHours(-25)), Key("young", TimeSpan.FromHours(-23)));
        await db.SaveChangesAsync();

        await site.RoundAsync<JobArchivist>();

        Assert.That(await db.IdempotencyKeys.AsNoTracking().Select(key => key.Key).ToListAsync(), Is.EqualTo(new[] { "young" }));
    }

    [Test]
    public void A_history_begins_where_its_attempt_does()
    {
        string[] told = ["""{"attempt":1}""", """{"percent":5}""", """{"attempt":1,"percent":9}""", """{"attempt":2}""", """{"percent":7}"""];

        Assert.That(JobHistories.OfAttempt(told, 2), Is.EqualTo(told[3..]));
        Assert.That(JobHistories.OfAttempt(told[..3], 1), Is.EqualTo(told[..3]));
        Assert.That(JobHistories.OfAttempt(told[..3], 2), Is.Empty, "Redis never heard of the second");
        Assert.That(JobHistories.OfAttempt(told[4..], 2), Is.EqualTo(told[4..]), "its beginning fell off the list");
    }

    private static IdempotencyKey Key(string key, TimeSpan age) => new()
    {
        UserId = 1,
        Key = key,
        Fingerprint = key,
        JobId = Guid.NewGuid(),
        CreatedAt = DateTime.UtcNow + age,
    };
}
