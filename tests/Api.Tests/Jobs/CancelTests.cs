using Microsoft.Extensions.DependencyInjection;
using MultiPanel.Api.Tests.Host;
using MultiPanel.Contracts.Jobs;
using MultiPanel.Data.Jobs;
using MultiPanel.Progress;

namespace MultiPanel.Api.Tests.Jobs;

public sealed class CancelTests
{
    private TestApi api = null!;
    private ApiClient acme = null!;

    [OneTimeSetUp]
    public async Task StartAsync()
    {
        api = await TestApi.StartAsync();
        acme = api.As(api.Seeds.AcmeOperator);
    }

    [OneTimeTearDown]
    public async Task StopAsync()
    {
        acme.Dispose();
        await api.DisposeAsync();
    }

    [TestCase(JobStatus.Queued)]
    [TestCase(JobStatus.Running)]
    public async Task Cancelling_is_written_told_to_the_workflow_and_reported(JobStatus status)
    {
        var job = await api.Seeds.JobAsync(api.Seeds.Acme, row => row.Status = status);
        await api.Progress.PublishAsync(job.ToView());

        var answer = await acme.PostAsync($"/api/jobs/{job.Id}/cancel");

        Assert.That(answer.Status, Is.EqualTo(202), answer.Text);
        Assert.That((string?)answer.Data["status"], Is.EqualTo("cancelling"));
        Assert.That((bool)answer.Data["cancellable"]!, Is.False);
        await api.Sent.OfAsync<CancelRequested>(job.Id);
        await using var db = api.Database.OpenAll();
        var row = (await db.Jobs.FindAsync(job.Id))!;
        Assert.That((row.Status, row.Revision), Is.EqualTo((JobStatus.Cancelling, job.Revision + 1)));
        var live = await api.Services.GetRequiredService<JobReader>().SnapshotAsync(job.Id);
        Assert.That(live!.Value.Job.Status, Is.EqualTo(JobStatus.Cancelling));
    }

    [Test]
    public async Task Cancelling_twice_is_cancelling_once()
    {
        var job = await api.Seeds.JobAsync(api.Seeds.Acme);

        var first = await acme.PostAsync($"/api/jobs/{job.Id}/cancel");
        var second = await acme.PostAsync($"/api/jobs/{job.Id}/cancel");

        Assert.That((first.Status, second.Status), Is.EqualTo((202, 202)));
        await using var db = api.Database.OpenAll();
        Assert.That((await db.Jobs.FindAsync(job.Id))!.Revision, Is.EqualTo(job.Revision + 1));
    }

    [TestCase(JobStatus.Succeeded)]
    [TestCase(JobStatus.Failed)]
    [TestCase(JobStatus.Cancelled)]
    public async Task What_is_over_stays_as_it_is(JobStatus status)
    {
        var job = await api.Seeds.JobAsync(api.Seeds.Acme, row => row.Status = status);

        var answer = await acme.PostAsync($"/api/jobs/{job.Id}/cancel");

        Assert.That((answer.Status, answer.Code), Is.EqualTo((409, "job_over")));
        await using var db = api.Database.OpenAll();
        Assert.That((await db.Jobs.FindAsync(job.Id))!.Status, Is.EqualTo(status));
    }

    [Test]
    public async Task Another_companys_job_is_404_and_goes_on()
    {
        var theirs = await api.Seeds.JobAsync(api.Seeds.Globex);

        Assert.That((await acme.PostAsync($"/api/jobs/{theirs.Id}/cancel")).Status, Is.EqualTo(404));
        Assert.That((await acme.PostAsync($"/api/jobs/{Guid.NewGuid()}/cancel")).Status, Is.EqualTo(404));
        await using var db = api.Database.OpenAll();
        Assert.That((await db.Jobs.FindAsync(theirs.Id))!.Status, Is.EqualTo(JobStatus.Queued));
    }
}
