using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using MultiPanel.Api.Tests.Host;
using MultiPanel.Contracts.Bulk;
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

    [Test]
    public async Task Cancelling_a_running_job_is_written_sent_to_the_workflow_and_reported()
    {
        var job = await api.Seeds.JobAsync(api.Seeds.Acme, row => row.Status = JobStatus.Running);
        await api.Progress.PublishAsync(job.ToView());

        var answer = await CancelAsync(job);

        Assert.That(answer.Status, Is.EqualTo(202), answer.Text);
        Assert.That((string?)answer.Data["status"], Is.EqualTo("cancelling"));
        Assert.That((bool)answer.Data["cancellable"]!, Is.False);
        await api.Sent.OfAsync<CancelRequested>(job.Id);
        var row = await RowAsync(job);
        Assert.That((row.Status, row.Revision), Is.EqualTo((JobStatus.Cancelling, job.Revision + 1)));
        Assert.That((await LiveAsync(job)).Status, Is.EqualTo(JobStatus.Cancelling));
    }

    [Test]
    public async Task A_job_that_has_not_begun_is_cancelled_at_once()
    {
        var job = await api.Seeds.JobAsync(api.Seeds.Acme);
        await api.Progress.PublishAsync(job.ToView());

        var answer = await CancelAsync(job);

        Assert.That((answer.Status, (string?)answer.Data["status"]), Is.EqualTo((202, "cancelled")), answer.Text);
        Assert.That((string?)answer.Data["error"]!["message"], Is.EqualTo("Cancelled on request."));
        var row = await RowAsync(job);
        Assert.That((row.Status, row.Error!.Code, row.FinishedAt, row.Revision), Is.EqualTo((JobStatus.Cancelled, "cancelled", api.Clock.GetUtcNow().UtcDateTime, 1)));
        Assert.That(row.Steps.Select(step => step.Status), Is.All.EqualTo(StepStatus.Skipped));
        await api.Sent.OfAsync<ReleaseSaga>(job.Id);
        await api.Sent.OfAsync<JobEnded>(job.Id);
        Assert.That((await LiveAsync(job)).Status, Is.EqualTo(JobStatus.Cancelled));
        Assert.That((await CancelAsync(job)).Code, Is.EqualTo("job_over"));
    }

    [Test]
    public async Task A_vm_that_was_not_begun_goes_with_its_job()
    {
        var template = await api.Seeds.TemplateAsync();
        var created = await acme.PostAsync("/api/vms", $$"""{"template_id":{{template}},"name":"never"}""");

        var answer = await acme.PostAsync($"/api/jobs/{created.JobId}/cancel");

        Assert.That((answer.Status, (string?)answer.Data["status"]), Is.EqualTo((202, "cancelled")), answer.Text);
        await using var db = api.Database.OpenAll();
        Assert.That(await db.Vms.CountAsync(vm => vm.CreatedByJob == created.JobId), Is.Zero);
    }

    [Test]
    public async Task A_template_that_was_not_looked_at_goes_with_its_job()
    {
        using var root = api.As(api.Seeds.Root);
        var created = await root.PostAsync("/api/templates/register", $$"""{"cluster_id":{{api.Seeds.Cluster}},"vmid":9999}""");

        await root.PostAsync($"/api/jobs/{created.JobId}/cancel");

        await using var db = api.Database.OpenAll();
        Assert.That(await db.Templates.CountAsync(template => template.Vmid == 9999), Is.Zero);
    }

    [Test]
    public async Task A_later_attempt_that_may_find_leftovers_is_undone_by_its_workflow()
    {
        var further = await api.Seeds.JobAsync(
            api.Seeds.Acme, row => row.Steps = [new JobStep { Name = "task", Status = StepStatus.Succeeded }, new JobStep { Name = "observe" }]);
        var vm = await api.Seeds.VmAsync(api.Seeds.Acme);
        var clone = await api.Seeds.JobAsync(api.Seeds.Acme, row => (row.Workflow, row.TargetId) = ("clone-vm", vm));

        Assert.That((string?)(await CancelAsync(further)).Data["status"], Is.EqualTo("cancelling"));
        Assert.That((string?)(await CancelAsync(clone)).Data["status"], Is.EqualTo("cancelling"), "its VMID is reserved");
    }

    [Test]
    public async Task What_proxmox_cannot_stop_is_said_and_goes_on()
    {
        var job = await api.Seeds.JobAsync(api.Seeds.Acme, row =>
        {
            (row.Status, row.Cancellable) = (JobStatus.Running, false);
            row.Steps = [new JobStep { Name = "task", Status = StepStatus.Running, Message = "deleting", Upid = "UPID:pve1:1:" }, new JobStep { Name = "observe" }];
        });

        var answer = await CancelAsync(job);

        Assert.That((answer.Status, answer.Code), Is.EqualTo((409, "not_cancellable")));
        Assert.That((string?)answer.Json!["detail"], Does.Contain("'task' (deleting, UPID:pve1:1:)"));
        Assert.That((await RowAsync(job)).Status, Is.EqualTo(JobStatus.Running));
    }

    [Test]
    public async Task Cancelling_twice_is_cancelling_once()
    {
        var job = await api.Seeds.JobAsync(api.Seeds.Acme, row => row.Status = JobStatus.Running);

        var first = await CancelAsync(job);
        var second = await CancelAsync(job);

        Assert.That((first.Status, second.Status), Is.EqualTo((202, 202)));
        Assert.That((await RowAsync(job)).Revision, Is.EqualTo(job.Revision + 1));
    }

    [Test]
    public async Task The_same_cancel_again_answers_with_the_job_as_it_is()
    {
        var job = await api.Seeds.JobAsync(api.Seeds.Acme);

        var first = await acme.OnceAsync("c1", $"POST /api/jobs/{job.Id}/cancel");
        var second = await acme.OnceAsync("c1", $"POST /api/jobs/{job.Id}/cancel");

        Assert.That((first.Replayed, second.Status, second.Replayed), Is.EqualTo((false, 202, true)), second.Text);
        Assert.That((string?)second.Data["status"], Is.EqualTo("cancelled"));
        Assert.That((string?)second.Data["id"], Is.EqualTo($"{job.Id}"));
    }

    [Test]
    public async Task Many_cancels_at_once_end_it_once()
    {
        var job = await api.Seeds.JobAsync(api.Seeds.Acme);

        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => CancelAsync(job)));

        Assert.That(answers.Count(answer => answer.Status == 202), Is.EqualTo(1));
        Assert.That(answers.Where(answer => answer.Status != 202).Select(answer => answer.Code), Is.All.EqualTo("job_over"));
        Assert.That((await RowAsync(job)).Revision, Is.EqualTo(1));
    }

    [Test]
    public async Task Workers_hear_that_a_queued_child_has_ended()
    {
        var child = await api.Seeds.JobAsync(api.Seeds.Acme, row => row.ParentId = Guid.NewGuid());

        await CancelAsync(child);

        await api.Sent.OfAsync<JobEnded>(child.Id);
    }

    [Test]
    public async Task A_bulk_job_takes_its_children_with_it()
    {
        var parent = await api.Seeds.BulkAsync(api.Seeds.Acme);
        var queued = await api.Seeds.JobAsync(api.Seeds.Acme, row => row.ParentId = parent.Id);
        var running = await api.Seeds.JobAsync(api.Seeds.Acme, row => (row.ParentId, row.Status) = (parent.Id, JobStatus.Running));
        var bound = await api.Seeds.JobAsync(api.Seeds.Acme, row => (row.ParentId, row.Status, row.Cancellable) = (parent.Id, JobStatus.Running, false));
        var done = await api.Seeds.JobAsync(api.Seeds.Acme, row => (row.ParentId, row.Status) = (parent.Id, JobStatus.Succeeded));

        var answer = await CancelAsync(parent);

        Assert.That((answer.Status, (string?)answer.Data["status"]), Is.EqualTo((202, "cancelling")), answer.Text);
        Assert.That((int)answer.Data["children"]!["cancelled"]!, Is.EqualTo(1));
        Assert.That((await RowAsync(queued)).Status, Is.EqualTo(JobStatus.Cancelled));
        Assert.That((await RowAsync(running)).Status, Is.EqualTo(JobStatus.Cancelling));
        Assert.That((await RowAsync(bound)).Status, Is.EqualTo(JobStatus.Running));
        Assert.That((await RowAsync(done)).Status, Is.EqualTo(JobStatus.Succeeded));
        await api.Sent.OfAsync<CancelRequested>(parent.Id);
        await api.Sent.OfAsync<CancelRequested>(running.Id);
        await api.Sent.OfAsync<TallyChildren>(parent.Id);
    }

    [TestCase(JobStatus.Succeeded)]
    [TestCase(JobStatus.Failed)]
    [TestCase(JobStatus.Cancelled)]
    public async Task What_is_over_stays_as_it_is(JobStatus status)
    {
        var job = await api.Seeds.JobAsync(api.Seeds.Acme, row => row.Status = status);

        var answer = await CancelAsync(job);

        Assert.That((answer.Status, answer.Code), Is.EqualTo((409, "job_over")));
        Assert.That((await RowAsync(job)).Status, Is.EqualTo(status));
    }

    [Test]
    public async Task Another_companys_job_is_404_and_goes_on()
    {
        var theirs = await api.Seeds.JobAsync(api.Seeds.Globex);

        Assert.That((await CancelAsync(theirs)).Status, Is.EqualTo(404));
        Assert.That((await acme.PostAsync($"/api/jobs/{Guid.NewGuid()}/cancel")).Status, Is.EqualTo(404));
        Assert.That((await RowAsync(theirs)).Status, Is.EqualTo(JobStatus.Queued));
    }

    private Task<Answer> CancelAsync(Job job) => acme.PostAsync($"/api/jobs/{job.Id}/cancel");

    private async Task<Job> RowAsync(Job job)
    {
        await using var db = api.Database.OpenAll();
        return (await db.Jobs.FindAsync(job.Id))!;
    }

    private async Task<JobView> LiveAsync(Job job) =>
        (await api.Services.GetRequiredService<JobReader>().SnapshotAsync(job.Id))!.Value.Job;
}
