using Microsoft.Extensions.DependencyInjection;
using MultiPanel.Api.Tests.Host;
using MultiPanel.Contracts.Bulk;
using MultiPanel.Contracts.Jobs;
using MultiPanel.Contracts.VmOperations;
using MultiPanel.Data.Jobs;
using MultiPanel.Progress;

namespace MultiPanel.Api.Tests.Jobs;

public sealed class PriorityTests
{
    private TestApi api = null!;
    private ApiClient acme = null!;
    private ApiClient admin = null!;

    [OneTimeSetUp]
    public async Task StartAsync()
    {
        api = await TestApi.StartAsync();
        acme = api.As(api.Seeds.AcmeOperator);
        admin = api.As(api.Seeds.AcmeAdmin);
    }

    [OneTimeTearDown]
    public async Task StopAsync()
    {
        acme.Dispose();
        admin.Dispose();
        await api.DisposeAsync();
    }

    [Test]
    public async Task A_job_is_moved_and_its_workflow_asks_again()
    {
        var job = await api.Seeds.JobAsync(api.Seeds.Acme);
        await api.Progress.PublishAsync(job.ToView());

        var answer = await SetAsync(acme, job, "background");

        Assert.That((answer.Status, (string?)answer.Data["priority"]), Is.EqualTo((200, "background")), answer.Text);
        await api.Sent.OfAsync<OperateVm>(job.Id);
        var row = await RowAsync(job);
        Assert.That((row.Priority, row.Revision), Is.EqualTo((JobPriority.Background, job.Revision + 1)));
        var live = await api.Services.GetRequiredService<JobReader>().SnapshotAsync(job.Id);
        Assert.That(live!.Value.Job.Priority, Is.EqualTo(JobPriority.Background));
    }

    [Test]
    public async Task Only_an_admin_moves_a_job_before_all_others()
    {
        var job = await api.Seeds.JobAsync(api.Seeds.Acme);
        var interactive = await api.Seeds.JobAsync(api.Seeds.Acme, row => row.Priority = JobPriority.Interactive);

        Assert.That((await SetAsync(acme, job, "interactive")).Status, Is.EqualTo(403));
        Assert.That((await RowAsync(job)).Priority, Is.EqualTo(JobPriority.Operator));
        Assert.That((await SetAsync(admin, job, "interactive")).Status, Is.EqualTo(200));
        Assert.That((await SetAsync(acme, interactive, "interactive")).Status, Is.EqualTo(200), "it is there already");
    }

    [Test]
    public async Task A_bulk_job_moves_its_children_that_are_not_over()
    {
        var parent = await api.Seeds.BulkAsync(api.Seeds.Acme);
        var open = await api.Seeds.JobAsync(api.Seeds.Acme, row => row.ParentId = parent.Id);
        var over = await api.Seeds.JobAsync(api.Seeds.Acme, row => (row.ParentId, row.Status) = (parent.Id, JobStatus.Succeeded));
        var other = await api.Seeds.JobAsync(api.Seeds.Acme);

        Assert.That((await SetAsync(acme, parent, "background")).Status, Is.EqualTo(200));

        Assert.That(((await RowAsync(parent)).Priority, (await RowAsync(open)).Priority), Is.EqualTo((JobPriority.Background, JobPriority.Background)));
        Assert.That(((await RowAsync(over)).Priority, (await RowAsync(other)).Priority), Is.EqualTo((JobPriority.Operator, JobPriority.Operator)));
        await api.Sent.OfAsync<OperateVm>(open.Id);
        await api.Sent.OfAsync<RunBulk>(parent.Id);
    }

    [Test]
    public async Task The_same_again_answers_with_the_job()
    {
        var job = await api.Seeds.JobAsync(api.Seeds.Acme);
        await acme.OnceAsync("p1", $"POST /api/jobs/{job.Id}/priority", """{"priority":"background"}""");

        var again = await acme.OnceAsync("p1", $"POST /api/jobs/{job.Id}/priority", """{"priority":"background"}""");

        Assert.That((again.Status, again.Replayed, (string?)again.Data["priority"]), Is.EqualTo((200, true, "background")), again.Text);
        Assert.That((await RowAsync(job)).Revision, Is.EqualTo(job.Revision + 1));
    }

    [TestCase(JobStatus.Succeeded)]
    [TestCase(JobStatus.Failed)]
    public async Task What_is_over_cannot_be_moved(JobStatus status)
    {
        var job = await api.Seeds.JobAsync(api.Seeds.Acme, row => row.Status = status);

        Assert.That((await acme.OnceAsync($"over-{status}", $"POST /api/jobs/{job.Id}/priority", """{"priority":"background"}""")).Code, Is.EqualTo("job_over"));
        await using var db = api.Database.OpenAll();
        Assert.That(db.IdempotencyKeys.Count(key => key.JobId == job.Id), Is.Zero, "a refused command does not use its key up");
    }

    [TestCase("""{}""")]
    [TestCase("""{"priority":null}""")]
    [TestCase("""{"priority":1}""")]
    [TestCase("""{"priority":"urgent"}""")]
    [TestCase("""{"priority":["operator"]}""")]
    public async Task What_is_no_priority_is_named(string body)
    {
        var job = await api.Seeds.JobAsync(api.Seeds.Acme);

        Assert.That((await acme.PostAsync($"/api/jobs/{job.Id}/priority", body)).WrongFields, Is.EqualTo(new[] { "priority" }));
    }

    [Test]
    public async Task Another_companys_job_is_404()
    {
        var theirs = await api.Seeds.JobAsync(api.Seeds.Globex);

        Assert.That((await SetAsync(acme, theirs, "background")).Status, Is.EqualTo(404));
        Assert.That((await RowAsync(theirs)).Priority, Is.EqualTo(JobPriority.Operator));
    }

    private static Task<Answer> SetAsync(ApiClient client, Job job, string priority) =>
        client.PostAsync($"/api/jobs/{job.Id}/priority", $$"""{"priority":"{{priority}}"}""");

    private async Task<Job> RowAsync(Job job)
    {
        await using var db = api.Database.OpenAll();
        return (await db.Jobs.FindAsync(job.Id))!;
    }
}
