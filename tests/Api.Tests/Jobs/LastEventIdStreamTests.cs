using MultiPanel.Api.Tests.Host;
using MultiPanel.Contracts.Jobs;
using MultiPanel.Data.Jobs;
using MultiPanel.Progress;

namespace MultiPanel.Api.Tests.Jobs;

/// <summary><c>Last-Event-ID</c> is the client's word; nothing breaks whatever it says.</summary>
public sealed class LastEventIdStreamTests
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

    [TestCase(long.MaxValue)]
    [TestCase(253_402_300_800_000)]
    [TestCase(99_999_999_999_999)]
    public async Task A_number_that_the_feed_has_not_reached_counts_as_none(long id)
    {
        var job = await api.Seeds.JobAsync(api.Seeds.Acme);

        using var emptied = await acme.FollowAsync("/api/jobs/events", id);
        var active = (await emptied.NextAsync())!;
        await api.Progress.PublishAsync(job.ToView());
        using var filled = await acme.FollowAsync("/api/jobs/events", id);

        Assert.That((string?)active.Data!["id"], Is.EqualTo($"{job.Id}"));
        Assert.That((string?)(await filled.NextAsync())!.Data!["id"], Is.EqualTo($"{job.Id}"));
    }

    [Test]
    public async Task A_client_that_was_disconnected_for_more_than_a_day_gets_only_the_open_jobs()
    {
        var now = api.Clock.GetUtcNow();
        var ended = await api.Seeds.JobAsync(api.Seeds.Acme);
        await api.Progress.PublishAsync(ended.ToView());
        await api.Progress.ReportAsync(new JobRef(ended.Id, ended.CompanyId, 1), new JobChange { Status = JobStatus.Succeeded });
        await api.Seeds.ChangeAsync<Job>(ended.Id, row => (row.Status, row.FinishedAt) = (JobStatus.Succeeded, now.UtcDateTime));
        var open = await api.Seeds.JobAsync(api.Seeds.Acme);
        await api.Progress.PublishAsync(open.ToView());
        var marker = await api.Seeds.JobAsync(api.Seeds.Acme);

        foreach (var old in new[] { 1, now.AddDays(-1).AddMinutes(-1).ToUnixTimeMilliseconds() })
        {
            using var stream = await acme.FollowAsync("/api/jobs/events", old);
            var events = new[] { (await stream.NextAsync())!, (await stream.NextAsync())! };

            Assert.That(events.Select(e => (string?)e.Data!["id"]), Is.EqualTo(new[] { $"{open.Id}", $"{marker.Id}" }), $"{old}");
        }
    }

    [TestCase(99_999_999_999_999)]
    [TestCase(long.MaxValue)]
    public async Task The_end_of_a_job_arrives_whatever_the_client_says_it_has_seen(long id)
    {
        var running = await api.Seeds.JobAsync(api.Seeds.Acme);
        await api.Progress.PublishAsync(running.ToView());
        var ended = await api.Seeds.JobAsync(
            api.Seeds.Acme, row => (row.Status, row.FinishedAt) = (JobStatus.Failed, api.Clock.GetUtcNow().UtcDateTime));

        using var live = await acme.FollowAsync($"/api/jobs/{running.Id}/events", id);
        var whole = (await live.NextAsync())!;
        await api.Progress.ReportAsync(new JobRef(running.Id, running.CompanyId, 1), new JobChange { Status = JobStatus.Succeeded });
        using var past = await acme.FollowAsync($"/api/jobs/{ended.Id}/events", id);

        Assert.That((string?)whole.Data!["kind"], Is.EqualTo("vm.start"));
        Assert.That((await live.RestAsync())[^1].Status, Is.EqualTo("succeeded"));
        Assert.That((await past.RestAsync()).Single().Status, Is.EqualTo("failed"));
    }

    [Test]
    public async Task A_job_that_did_not_change_while_the_client_was_disconnected_comes_whole_with_its_next_change()
    {
        var (quiet, busy) = (await api.Seeds.JobAsync(api.Seeds.Acme), await api.Seeds.JobAsync(api.Seeds.Acme));
        await api.Progress.PublishAsync(quiet.ToView());
        await api.Progress.PublishAsync(busy.ToView());
        using var first = await acme.FollowAsync("/api/jobs/events");
        await first.NextAsync();
        var seen = (await first.NextAsync())!;
        await api.Progress.ReportAsync(new JobRef(busy.Id, busy.CompanyId, 1), new JobChange { Percent = 1 });
        await first.NextAsync();

        using var second = await acme.FollowAsync("/api/jobs/events", seen.Id);
        var missed = (await second.NextAsync())!;
        await api.Progress.ReportAsync(new JobRef(quiet.Id, quiet.CompanyId, 1), new JobChange { Percent = 2 });
        await api.Progress.ReportAsync(new JobRef(quiet.Id, quiet.CompanyId, 1), new JobChange { Percent = 3 });
        await api.Progress.ReportAsync(new JobRef(busy.Id, busy.CompanyId, 1), new JobChange { Percent = 4 });
        var live = new[] { (await second.NextAsync())!, (await second.NextAsync())!, (await second.NextAsync())! };

        Assert.That(((string?)missed.Data!["id"], (double)missed.Data["percent"]!), Is.EqualTo(($"{busy.Id}", 1d)));
        Assert.That(((string?)live[0].Data!["kind"], (double)live[0].Data!["percent"]!), Is.EqualTo(("vm.start", 2d)), "the first of each job is whole");
        Assert.That(live[1].Data!.ToJsonString(), Is.EqualTo($$"""{"id":"{{quiet.Id}}","percent":3}"""));
        Assert.That(live[2].Data!.ToJsonString(), Is.EqualTo($$"""{"id":"{{busy.Id}}","percent":4}"""));
        Assert.That(new[] { missed }.Concat(live).Select(e => e.Id), Is.Ordered.Ascending.And.Unique.And.No.Null);
    }
}
