using MultiPanel.Api.Tests.Host;
using MultiPanel.Contracts.Jobs;
using MultiPanel.Data.Jobs;
using MultiPanel.Progress;

namespace MultiPanel.Api.Tests.Jobs;

public sealed class FeedStreamTests
{
    private TestApi api = null!;
    private ApiClient acme = null!;

    [SetUp]
    public async Task StartAsync()
    {
        api = await TestApi.StartAsync();
        acme = api.As(api.Seeds.AcmeOperator);
    }

    [TearDown]
    public async Task StopAsync()
    {
        acme.Dispose();
        await api.DisposeAsync();
    }

    [Test]
    public async Task The_feed_begins_with_what_is_active_and_goes_on_live()
    {
        var old = await PublishedAsync(api.Seeds.Acme);
        await api.Seeds.JobAsync(api.Seeds.Acme, row => row.Status = JobStatus.Succeeded);
        using var stream = await acme.FollowAsync("/api/jobs/events");
        var active = (await stream.NextAsync())!;

        var added = await PublishedAsync(api.Seeds.Acme);
        await ReportAsync(old, new JobChange { Percent = 10 });
        var news = new[] { (await stream.NextAsync())!, (await stream.NextAsync())! };

        Assert.That((string?)active.Data!["id"], Is.EqualTo($"{old.Id}"));
        Assert.That((string?)news[0].Data!["id"], Is.EqualTo($"{added.Id}"));
        Assert.That((string?)news[0].Data!["kind"], Is.EqualTo("vm.start"), "the first of each job is whole");
        Assert.That(news[1].Data!.ToJsonString(), Is.EqualTo($$"""{"id":"{{old.Id}}","percent":10}"""));
        Assert.That(new[] { active.Id, news[0].Id, news[1].Id }, Is.Ordered.Ascending.And.Unique.And.No.Null);
    }

    [Test]
    public async Task A_company_hears_of_its_own_jobs_alone_and_the_super_admin_of_all()
    {
        using var root = api.As(api.Seeds.Root);
        using var own = await acme.FollowAsync("/api/jobs/events");
        using var all = await root.FollowAsync("/api/jobs/events");

        var theirs = await PublishedAsync(api.Seeds.Globex);
        var platforms = await PublishedAsync(null);
        var ours = await PublishedAsync(api.Seeds.Acme);

        Assert.That((string?)(await own.NextAsync())!.Data!["id"], Is.EqualTo($"{ours.Id}"));
        foreach (var job in new[] { theirs, platforms, ours })
        {
            Assert.That((string?)(await all.NextAsync())!.Data!["id"], Is.EqualTo($"{job.Id}"));
        }
    }

    [Test]
    public async Task A_client_that_comes_back_gets_what_has_changed_since()
    {
        var quiet = await PublishedAsync(api.Seeds.Acme);
        var busy = await PublishedAsync(api.Seeds.Acme);
        using var first = await acme.FollowAsync("/api/jobs/events");
        await first.NextAsync();
        var seen = (await first.NextAsync())!;
        first.Dispose();
        await ReportAsync(busy, new JobChange { Status = JobStatus.Succeeded });
        await api.Seeds.ChangeAsync<Job>(busy.Id, row => row.Status = JobStatus.Succeeded);
        var added = await PublishedAsync(api.Seeds.Acme);

        using var second = await acme.FollowAsync("/api/jobs/events", seen.Id);
        var missed = new[] { (await second.NextAsync())!, (await second.NextAsync())! };

        Assert.That(missed.Select(e => (string?)e.Data!["id"]), Is.EqualTo(new[] { $"{busy.Id}", $"{added.Id}" }), $"not {quiet.Id}");
        Assert.That(missed[0].Status, Is.EqualTo("succeeded"));
    }

    [Test]
    public async Task A_client_that_comes_back_to_an_emptied_redis_gets_what_is_active_and_what_has_ended_since()
    {
        var now = api.Clock.GetUtcNow();
        var active = await api.Seeds.JobAsync(api.Seeds.Acme);
        var ended = await api.Seeds.JobAsync(api.Seeds.Acme, row => (row.Status, row.FinishedAt) = (JobStatus.Failed, now.UtcDateTime));
        await api.Seeds.JobAsync(api.Seeds.Acme, row => (row.Status, row.FinishedAt) = (JobStatus.Failed, now.UtcDateTime.AddHours(-1)));

        using var stream = await acme.FollowAsync("/api/jobs/events", now.ToUnixTimeMilliseconds());
        var events = new[] { (await stream.NextAsync())!, (await stream.NextAsync())! };

        Assert.That(events.Select(e => (string?)e.Data!["id"]), Is.EqualTo(new[] { $"{active.Id}", $"{ended.Id}" }));
    }

    private async Task<Job> PublishedAsync(int? company)
    {
        var job = await api.Seeds.JobAsync(company);
        await api.Progress.PublishAsync(job.ToView());
        return job;
    }

    private Task<bool> ReportAsync(Job job, JobChange change) => api.Progress.ReportAsync(new JobRef(job.Id, job.CompanyId, job.Attempt), change);
}
