using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using MultiPanel.Contracts.Jobs;
using MultiPanel.Data.Jobs;
using MultiPanel.Progress;
using MultiPanel.TestKit;
using MultiPanel.Workers.Reconciling;

namespace MultiPanel.Workers.Tests.Life;

/// <summary>The end of a job is published, also where the message that does it was lost.</summary>
public sealed class ArchivistTests
{
    [Test]
    public async Task A_job_whose_end_was_written_but_never_told_gets_its_last_event()
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

        await site.SeesAsync(
            async there => (await there.ToldAsync(job))[^1],
            last => last.Contains("\"status\":\"failed\"", StringComparison.Ordinal) && last.Contains("the worker died right after", StringComparison.Ordinal),
            "the last event tells the failure");
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

    private static IdempotencyKey Key(string key, TimeSpan age) => new()
    {
        UserId = 1,
        Key = key,
        Fingerprint = key,
        JobId = Guid.NewGuid(),
        CreatedAt = DateTime.UtcNow + age,
    };
}
