using Microsoft.EntityFrameworkCore;
using MultiPanel.Contracts.Jobs;
using MultiPanel.Data.Jobs;

namespace MultiPanel.Data.Tests.Queries;

/// <summary>However a page is put together, it is the page that one plain query gives.</summary>
public sealed class JobFilterTests
{
    private PanelDatabase database = null!;

    [OneTimeSetUp]
    public async Task SowAsync()
    {
        database = new PanelDatabase(DatabaseUrl.Sqlite(Path.Combine(Directory.CreateTempSubdirectory().FullName, "panel.db")));
        await database.MigrateAsync();
        await using var db = database.OpenAll();
        await ManyJobs.SowAsync(db, 3_000);
    }

    [Test]
    public async Task Pages_are_the_newest_that_fit(
        [Values(null, "vm.start", "vm.start,template.register,nosuch", "vm.start,vm.stop,vm.resize,template.register,a,b,c")] string? kinds,
        [Values(null, "Failed", "Succeeded,Failed,Queued")] string? statuses,
        [Values(null, 3)] int? company,
        [Values(null, 2)] int? target,
        [Values(null, "template", "vm")] string? type,
        [Values] bool since)
    {
        var filter = new JobFilter
        {
            Kinds = kinds?.Split(',') ?? [],
            Statuses = [.. (statuses?.Split(',') ?? []).Select(Enum.Parse<JobStatus>)],
            TargetId = target,
            TargetType = type,
            Since = since ? ManyJobs.Newest.AddDays(-3) : null,
        };
        await using var db = database.Open(company is { } id ? CallerScope.Of(id) : CallerScope.Everything);
        var all = (await db.Jobs.AsNoTracking().ToListAsync())
            .Where(job => filter.Kinds.Count == 0 || filter.Kinds.Contains(job.Kind))
            .Where(job => filter.Statuses.Count == 0 || filter.Statuses.Contains(job.Status))
            .Where(job => type is null || job.TargetType == type)
            .Where(job => target is null || job.TargetId == target)
            .Where(job => filter.Since is not { } from || job.CreatedAt >= from)
            .Select(job => job.Id).OrderDescending().ToList();

        var pages = new List<Guid>();
        while (await filter.NewestAsync(db, pages.Count > 0 ? pages[^1] : null, 700, default) is { Count: > 0 } page)
        {
            pages.AddRange(page.Select(job => job.Id));
        }

        Assert.That(pages, Is.EqualTo(all));
    }

    [Test]
    public void The_lowest_id_of_a_millisecond_is_below_all_ids_of_it_and_above_those_before()
    {
        var time = new DateTime(2026, 11, 22, 10, 0, 0, 3, DateTimeKind.Utc);

        Assert.That(JobIds.From(time), Is.LessThan(Guid.CreateVersion7(time)).And.GreaterThan(Guid.CreateVersion7(time.AddMilliseconds(-1))));
        Assert.That(JobIds.From(default), Is.LessThan(JobIds.From(time)), "a time before 1970");
    }
}
