using MultiPanel.Api.Jobs.Streams;
using MultiPanel.Api.Tests.Host;
using MultiPanel.Contracts.Auth;
using MultiPanel.Contracts.Jobs;
using MultiPanel.Data.Jobs;
using MultiPanel.Data.Users;
using MultiPanel.Progress;

namespace MultiPanel.Api.Tests.Jobs;

public sealed class JobStreamTests
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
    public async Task A_job_is_followed_from_whole_to_its_end()
    {
        var job = await PublishedAsync();
        using var stream = await FollowAsync(job);
        var whole = (await stream.NextAsync())!;

        await ReportAsync(job, new JobChange { Status = JobStatus.Running, Steps = [new JobStep { Name = "task", Status = StepStatus.Running }] });
        await ReportAsync(job, new JobChange { Percent = 50 });
        await ReportAsync(job, new JobChange { Status = JobStatus.Succeeded, Percent = 100 });
        var events = await stream.RestAsync();

        Assert.That(stream.Response.Content.Headers.ContentType!.ToString(), Is.EqualTo("text/event-stream"));
        Assert.That(stream.Response.Headers.GetValues("X-Accel-Buffering"), Is.EqualTo(new[] { "no" }));
        Assert.That(stream.Response.Headers.CacheControl!.NoCache, Is.True);
        Assert.That((whole.Name, whole.Status), Is.EqualTo(("job", "queued")));
        Assert.That((string?)whole.Data!["kind"], Is.EqualTo("vm.start"));
        Assert.That(events.Select(e => e.Status), Is.EqualTo(new[] { "running", null, "succeeded" }));
        Assert.That(events[0].Data!["steps"]!.AsArray(), Has.Count.EqualTo(2), "all steps though one changed");
        Assert.That(new[] { whole }.Concat(events).Select(e => e.Id), Is.Ordered.Ascending.And.Unique.And.No.Null);
    }

    [Test]
    public async Task A_client_that_comes_back_gets_what_it_has_missed()
    {
        var job = await PublishedAsync();
        using var first = await FollowAsync(job);
        await ReportAsync(job, new JobChange { Status = JobStatus.Running, Steps = [new JobStep { Name = "task", Status = StepStatus.Running }] });
        await first.NextAsync();
        var seen = (await first.NextAsync())!;
        first.Dispose();
        await ReportAsync(job, new JobChange { Steps = [new JobStep { Name = "task", Status = StepStatus.Succeeded }] });
        await ReportAsync(job, new JobChange { Steps = [new JobStep { Name = "observe", Status = StepStatus.Running }] });

        using var second = await FollowAsync(job, seen.Id);
        var missed = new[] { (await second.NextAsync())!, (await second.NextAsync())! };

        static IEnumerable<string?> Steps(Event e) => e.Data!["steps"]!.AsArray().Select(step => (string?)step!["status"]);
        Assert.That(Steps(missed[0]), Is.EqualTo(new[] { "succeeded", "pending" }), "as it was then");
        Assert.That(Steps(missed[1]), Is.EqualTo(new[] { "succeeded", "running" }));
        Assert.That(missed[0].Data!.AsObject().ContainsKey("kind"), Is.False, "changes, not the whole");
        await ReportAsync(job, new JobChange { Status = JobStatus.Succeeded });
        Assert.That((await second.RestAsync()).Single().Status, Is.EqualTo("succeeded"));
    }

    [Test]
    public async Task A_client_that_was_disconnected_too_long_gets_the_whole_job()
    {
        var job = await PublishedAsync();
        for (var i = 0; i < 510; i++)
        {
            await ReportAsync(job, new JobChange { Percent = i / 10.0 });
        }

        using var stream = await FollowAsync(job, lastEventId: 1);
        var whole = (await stream.NextAsync())!;

        Assert.That((string?)whole.Data!["kind"], Is.EqualTo("vm.start"));
        Assert.That((double)whole.Data["percent"]!, Is.EqualTo(50.9));
    }

    [Test]
    public async Task A_client_that_has_the_end_learns_not_to_come_back()
    {
        var job = await PublishedAsync();
        await EndAsync(job);
        using var first = await FollowAsync(job);
        var end = (await first.RestAsync())[^1];

        using var again = await FollowAsync(job, end.Id);

        Assert.That((int)again.Response.StatusCode, Is.EqualTo(204));
    }

    [Test]
    public async Task A_job_that_redis_does_not_know_comes_from_the_database()
    {
        var job = await api.Seeds.JobAsync(
            api.Seeds.Acme, row => (row.Status, row.FinishedAt) = (JobStatus.Failed, api.Clock.GetUtcNow().UtcDateTime));

        using var stream = await FollowAsync(job);
        var events = await stream.RestAsync();
        using var again = await FollowAsync(job, events.Single().Id);

        Assert.That(events.Single().Status, Is.EqualTo("failed"));
        Assert.That((int)again.Response.StatusCode, Is.EqualTo(204));
    }

    [Test]
    public async Task A_job_that_redis_does_not_know_yet_is_followed_when_it_does()
    {
        var job = await api.Seeds.JobAsync(api.Seeds.Acme);
        using var stream = await FollowAsync(job);
        var row = (await stream.NextAsync())!;

        await ReportAsync(job, new JobChange { Status = JobStatus.Running });
        await ReportAsync(job, new JobChange { Status = JobStatus.Succeeded });
        var events = await stream.RestAsync();

        Assert.That(row.Status, Is.EqualTo("queued"));
        Assert.That(events[^1].Status, Is.EqualTo("succeeded"));
        Assert.That(events.Select(e => e.Status), Does.Contain("running"));
    }

    [Test]
    public async Task A_quiet_stream_is_kept_alive_and_finds_an_end_that_was_not_published()
    {
        var job = await PublishedAsync();
        using var stream = await FollowAsync(job);
        await stream.NextAsync();

        await PassAsync(stream);
        await api.Seeds.ChangeAsync<Job>(job.Id, row => (row.Status, row.FinishedAt) = (JobStatus.Succeeded, api.Clock.GetUtcNow().UtcDateTime.AddSeconds(5)));
        await PassAsync(stream);

        Assert.That((await stream.NextAsync())!.Status, Is.EqualTo("succeeded"));
        Assert.That(await stream.NextAsync(), Is.Null);
    }

    [Test]
    public async Task The_stream_of_a_disabled_user_ends()
    {
        var job = await PublishedAsync();
        using var stream = await FollowAsync(job);
        await stream.NextAsync();
        await api.Seeds.ChangeAsync<User>(api.Seeds.AcmeOperator, user => user.Status = UserStatus.Inactive);

        await api.TimersAsync(LiveStream.KeepAlive);
        api.Clock.Advance(LiveStream.KeepAlive);

        Assert.That(await stream.NextAsync(), Is.Null);
    }

    [Test]
    public async Task A_stopping_server_ends_its_streams()
    {
        var job = await PublishedAsync();
        using var stream = await FollowAsync(job);
        await stream.NextAsync();

        var stopping = api.StopAsync();

        Assert.That(await stream.NextAsync(), Is.Null);
        await stopping;
    }

    [Test]
    public async Task A_client_that_leaves_is_forgotten()
    {
        var job = await PublishedAsync();
        var stream = await FollowAsync(job);
        await stream.NextAsync();
        await api.TimersAsync(LiveStream.KeepAlive);

        stream.Dispose();

        await api.TimersAsync(LiveStream.KeepAlive, count: 0);
    }

    private async Task<Job> PublishedAsync()
    {
        var job = await api.Seeds.JobAsync(api.Seeds.Acme);
        await api.Progress.PublishAsync(job.ToView());
        return job;
    }

    private Task<EventReader> FollowAsync(Job job, long? lastEventId = null) => acme.FollowAsync($"/api/jobs/{job.Id}/events", lastEventId);

    private Task<bool> ReportAsync(Job job, JobChange change) => api.Progress.ReportAsync(new JobRef(job.Id, job.CompanyId, job.Attempt), change);

    private async Task EndAsync(Job job)
    {
        await ReportAsync(job, new JobChange { Status = JobStatus.Succeeded });
        await api.Seeds.ChangeAsync<Job>(job.Id, row => row.Status = JobStatus.Succeeded);
    }

    /// <summary>Lets the time between two keep-alives pass once the stream waits for it.</summary>
    private async Task PassAsync(EventReader stream)
    {
        await api.TimersAsync(LiveStream.KeepAlive);
        api.Clock.Advance(LiveStream.KeepAlive);
        Assert.That((await stream.NextAsync())!.Comment, Is.EqualTo("keep-alive"));
    }
}
