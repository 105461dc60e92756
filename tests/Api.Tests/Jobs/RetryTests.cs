using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using MultiPanel.Api.Tests.Host;
using MultiPanel.Contracts.Bulk;
using MultiPanel.Contracts.Jobs;
using MultiPanel.Contracts.Templates;
using MultiPanel.Contracts.VmOperations;
using MultiPanel.Contracts.Vms;
using MultiPanel.Data.Jobs;
using MultiPanel.Progress;

namespace MultiPanel.Api.Tests.Jobs;

public sealed class RetryTests
{
    private TestApi api = null!;
    private ApiClient acme = null!;
    private int vm;

    [OneTimeSetUp]
    public async Task StartAsync()
    {
        api = await TestApi.StartAsync();
        acme = api.As(api.Seeds.AcmeOperator);
        vm = await api.Seeds.VmAsync(api.Seeds.Acme);
    }

    [OneTimeTearDown]
    public async Task StopAsync()
    {
        acme.Dispose();
        await api.DisposeAsync();
    }

    [Test]
    public async Task A_failed_job_goes_on_from_the_step_that_failed()
    {
        var job = await FailedAsync();
        await api.Progress.PublishAsync(job.ToView());

        var answer = await RetryAsync(job);

        Assert.That((answer.Status, answer.JobId, (string?)answer.Data["status"]), Is.EqualTo((202, job.Id, "queued")), answer.Text);
        Assert.That(answer.Location, Is.EqualTo($"/api/jobs/{job.Id}"));
        await api.Sent.OfAsync<OperateVm>(job.Id);
        var row = await RowAsync(job.Id);
        Assert.That((row.Status, row.Attempt, row.Error, row.FinishedAt, row.Revision), Is.EqualTo((JobStatus.Queued, 2, (JobError?)null, (DateTime?)null, 1)));
        Assert.That(row.Steps.Select(step => step.Status), Is.EqualTo(new[] { StepStatus.Succeeded, StepStatus.Pending }));
        var live = await api.Services.GetRequiredService<JobReader>().SnapshotAsync(job.Id);
        Assert.That((live!.Value.Job.Status, live.Value.Job.Attempt), Is.EqualTo((JobStatus.Queued, 2)));
    }

    [Test]
    public async Task What_redis_knows_of_an_earlier_attempt_does_not_count()
    {
        var job = await FailedAsync();
        await api.Progress.PublishAsync(job.ToView());
        await api.Seeds.ChangeAsync<Job>(job.Id, row => row.Retry(api.Clock.GetUtcNow().UtcDateTime));

        var answer = await acme.GetAsync($"/api/jobs/{job.Id}");

        Assert.That(((string?)answer.Data["status"], (int)answer.Data["attempt"]!), Is.EqualTo(("queued", 2)));
    }

    [TestCase(StepStatus.Running, 409)]
    [TestCase(StepStatus.Uncertain, 409)]
    [TestCase(StepStatus.Waiting, 202)]
    public async Task A_job_is_not_tried_again_while_its_undo_is_at_work(StepStatus undo, int expected)
    {
        var job = await FailedAsync();
        await api.Seeds.ChangeAsync<Job>(job.Id, row => row.Steps = [.. row.Steps, new JobStep { Name = JobStep.Undo, Status = undo }]);

        var answer = await RetryAsync(job);

        Assert.That((answer.Status, answer.Code), Is.EqualTo((expected, expected == 409 ? "target_busy" : null)), answer.Text);
    }

    [TestCase(JobStatus.Queued)]
    [TestCase(JobStatus.Running)]
    [TestCase(JobStatus.Cancelling)]
    [TestCase(JobStatus.Succeeded)]
    [TestCase(JobStatus.Cancelled)]
    public async Task Only_a_failed_job_is_tried_again(JobStatus status)
    {
        var job = await FailedAsync(row => row.Status = status);

        var answer = await RetryAsync(job);

        Assert.That((answer.Status, answer.Code), Is.EqualTo((409, "not_retryable")), answer.Text);
        Assert.That((await RowAsync(job.Id)).Attempt, Is.EqualTo(1));
    }

    [Test]
    public async Task Two_at_once_make_one_attempt()
    {
        var job = await FailedAsync();

        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => RetryAsync(job)));

        Assert.That(answers.Count(answer => answer.Status == 202), Is.EqualTo(1));
        Assert.That(answers.Where(answer => answer.Status != 202).Select(answer => answer.Code), Is.All.EqualTo("not_retryable"));
        Assert.That((await RowAsync(job.Id)).Attempt, Is.EqualTo(2));
    }

    [Test]
    public async Task With_one_key_all_of_them_hear_of_the_one_attempt()
    {
        var job = await FailedAsync();

        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => acme.OnceAsync("retry-1", $"POST /api/jobs/{job.Id}/retry")));

        Assert.That(answers.Select(answer => answer.Status), Is.All.EqualTo(202));
        Assert.That(answers.Count(answer => !answer.Replayed), Is.EqualTo(1));
        Assert.That((await RowAsync(job.Id)).Attempt, Is.EqualTo(2));
    }

    [Test]
    public async Task A_clone_gets_its_row_back_under_the_same_id()
    {
        var template = await api.Seeds.TemplateAsync();
        var created = await acme.PostAsync("/api/vms", $$"""{"template_id":{{template}},"name":"again"}""");
        var id = (await RowAsync(created.JobId)).TargetId!.Value;
        await UndoneAsync(created.JobId, "undo");
        await using (var db = api.Database.OpenAll())
        {
            await db.Vms.Where(row => row.Id == id).ExecuteDeleteAsync();
        }

        var answer = await acme.PostAsync($"/api/jobs/{created.JobId}/retry");

        Assert.That(answer.Status, Is.EqualTo(202), answer.Text);
        await using var after = api.Database.OpenAll();
        var back = (await after.Vms.FindAsync(id))!;
        Assert.That((back.Name, back.Status, back.Vmid, back.CompanyId, back.CreatedByJob), Is.EqualTo(("again", VmStatus.Provisioning, (int?)null, api.Seeds.Acme, created.JobId)));
        Assert.That((await RowAsync(created.JobId)).Steps.Select(step => step.Status), Is.All.EqualTo(StepStatus.Pending));
    }

    [Test]
    public async Task A_registration_gets_its_row_back()
    {
        using var root = api.As(api.Seeds.Root);
        var created = await root.PostAsync("/api/templates/register", $$"""{"cluster_id":{{api.Seeds.Cluster}},"vmid":8888,"name":"debian"}""");
        var id = (await RowAsync(created.JobId)).TargetId!.Value;
        await UndoneAsync(created.JobId, "undo");
        await using (var db = api.Database.OpenAll())
        {
            await db.Templates.Where(row => row.Id == id).ExecuteDeleteAsync();
        }

        var answer = await root.PostAsync($"/api/jobs/{created.JobId}/retry");

        Assert.That(answer.Status, Is.EqualTo(202), answer.Text);
        await using var after = api.Database.OpenAll();
        var back = (await after.Templates.FindAsync(id))!;
        Assert.That((back.Vmid, back.Name, back.Status, back.ClusterId), Is.EqualTo((8888, "debian", TemplateStatus.Registering, api.Seeds.Cluster)));
    }

    [Test]
    public async Task Without_its_vm_or_its_cluster_a_job_is_not_tried_again()
    {
        var vmless = await FailedAsync(row => row.TargetId = 99_999);
        var homeless = await FailedAsync(row => row.ClusterId = 99_999);

        Assert.That((await RetryAsync(vmless)).Code, Is.EqualTo("target_gone"));
        Assert.That((await RetryAsync(homeless)).Code, Is.EqualTo("cluster_gone"));
        Assert.That((await RowAsync(vmless.Id)).Status, Is.EqualTo(JobStatus.Failed));
    }

    [Test]
    public async Task What_is_another_companys_by_now_is_gone_for_the_job()
    {
        using var root = api.As(api.Seeds.Root);
        var sold = await api.Seeds.VmAsync(api.Seeds.Acme, "sold");
        var dedicated = await api.Seeds.ClusterAsync("dedicated");
        var moved = await FailedAsync(row => row.TargetId = sold);
        var elsewhere = await FailedAsync(row => row.ClusterId = dedicated);
        var clone = await acme.PostAsync($"/api/vms/{sold}/clone", new { name = "copy" });
        Assert.That(clone.Status, Is.EqualTo(202), clone.Text);
        await UndoneAsync(clone.JobId, "undo");
        await api.Seeds.ChangeAsync<Data.Vms.Vm>(sold, row => row.CompanyId = api.Seeds.Globex);
        await api.Seeds.ChangeAsync<Data.Clusters.Cluster>(dedicated, row => row.CompanyId = api.Seeds.Globex);

        foreach (var (job, who) in from job in new[] { moved.Id, elsewhere.Id, clone.JobId } from who in new[] { acme, root } select (job, who))
        {
            var answer = await who.PostAsync($"/api/jobs/{job}/retry");
            Assert.That((answer.Status, answer.Code), Is.EqualTo((409, "target_gone")), answer.Text);
        }
    }

    [Test]
    public async Task The_platforms_own_vm_on_a_companys_cluster_is_tried_again()
    {
        using var root = api.As(api.Seeds.Root);
        var dedicated = await api.Seeds.ClusterAsync("of-globex", api.Seeds.Globex);
        var own = await api.Seeds.VmAsync(null, "own", row => row.ClusterId = dedicated);
        var job = await FailedAsync(row => (row.CompanyId, row.ClusterId, row.TargetId) = (null, dedicated, own));

        Assert.That((await root.PostAsync($"/api/jobs/{job.Id}/retry")).Status, Is.EqualTo(202));
    }

    [Test]
    public async Task A_bulk_job_tries_its_failed_children_again()
    {
        var parent = await api.Seeds.BulkAsync(api.Seeds.Acme, row => row.Status = JobStatus.Failed);
        var failed = await FailedAsync(row => row.ParentId = parent.Id);
        var gone = await FailedAsync(row => (row.ParentId, row.TargetId) = (parent.Id, 99_999));
        var done = await FailedAsync(row => (row.ParentId, row.Status) = (parent.Id, JobStatus.Succeeded));

        var answer = await RetryAsync(parent);

        Assert.That(answer.Status, Is.EqualTo(202), answer.Text);
        Assert.That(((await RowAsync(parent.Id)).Status, (await RowAsync(failed.Id)).Status), Is.EqualTo((JobStatus.Queued, JobStatus.Queued)));
        Assert.That(((await RowAsync(gone.Id)).Attempt, (await RowAsync(done.Id)).Attempt), Is.EqualTo((1, 1)));
        await api.Sent.OfAsync<RunBulk>(parent.Id);
        await api.Sent.OfAsync<OperateVm>(failed.Id);
    }

    [Test]
    public async Task A_bulk_job_without_failed_children_is_not_tried_again()
    {
        var parent = await api.Seeds.BulkAsync(api.Seeds.Acme, row => row.Status = JobStatus.Failed);

        Assert.That((await RetryAsync(parent)).Code, Is.EqualTo("not_retryable"));
    }

    [TestCase("clone")]
    [TestCase("verify")]
    public async Task A_vm_that_is_being_deleted_is_not_taken_over_by_a_new_attempt(string workflow)
    {
        using var admin = api.As(api.Seeds.AcmeAdmin);
        var template = await api.Seeds.TemplateAsync();
        var created = workflow == "clone"
            ? await admin.PostAsync("/api/vms", new { template_id = template, name = "leftover" })
            : await admin.PostAsync("/api/templates/verify-agent", new { template_id = template });
        await UndoneAsync(created.JobId, "undo");
        var target = (await RowAsync(created.JobId)).TargetId;
        var deletion = await api.Seeds.JobAsync(api.Seeds.Acme, row => (row.Kind, row.TargetId) = ("vm.delete", target));

        var busy = await admin.PostAsync($"/api/jobs/{created.JobId}/retry");
        await api.Seeds.ChangeAsync<Job>(deletion.Id, row => row.FinishedAt = row.CreatedAt);
        var free = await admin.PostAsync($"/api/jobs/{created.JobId}/retry");

        Assert.That((busy.Status, busy.Code), Is.EqualTo((409, "target_busy")), busy.Text);
        Assert.That(busy.Text, Does.Contain($"{deletion.Id}"));
        Assert.That(free.Status, Is.EqualTo(202), free.Text);
    }

    [Test]
    public async Task Another_companys_job_on_the_same_vm_is_not_named()
    {
        var template = await api.Seeds.TemplateAsync();
        var created = await acme.PostAsync("/api/vms", new { template_id = template, name = "shared" });
        await UndoneAsync(created.JobId, "undo");
        var target = (await RowAsync(created.JobId)).TargetId;
        var theirs = await api.Seeds.JobAsync(api.Seeds.Globex, row => (row.Kind, row.TargetId) = ("vm.delete", target));

        var busy = await acme.PostAsync($"/api/jobs/{created.JobId}/retry");

        Assert.That((busy.Status, busy.Code), Is.EqualTo((409, "target_busy")), busy.Text);
        Assert.That(busy.Text, Does.Not.Contain($"{theirs.Id}").And.Not.Contain("vm.delete"));
    }

    [Test]
    public async Task A_newer_versions_job_is_shown_but_not_retried()
    {
        var parent = await api.Seeds.BulkAsync(api.Seeds.Acme, row => row.Status = JobStatus.Failed);
        var job = await FailedAsync(row => row.Workflow = "teleport-vm");
        await FailedAsync(row => (row.Workflow, row.ParentId) = ("teleport-vm", parent.Id));

        Assert.That((await acme.GetAsync($"/api/jobs/{job.Id}")).Status, Is.EqualTo(200));
        foreach (var answer in new[] { await RetryAsync(job), await RetryAsync(parent) })
        {
            Assert.That((answer.Status, answer.Code), Is.EqualTo((409, "not_retryable")), answer.Text);
            Assert.That(answer.Text, Does.Contain("teleport-vm"));
        }
    }

    [Test]
    public async Task Another_companys_job_is_404()
    {
        var theirs = await api.Seeds.JobAsync(api.Seeds.Globex, row => row.Status = JobStatus.Failed);

        Assert.That((await RetryAsync(theirs)).Status, Is.EqualTo(404));
        Assert.That((await RowAsync(theirs.Id)).Status, Is.EqualTo(JobStatus.Failed));
    }

    private async Task<Job> FailedAsync(Action<Job>? with = null) => await api.Seeds.JobAsync(api.Seeds.Acme, row =>
    {
        (row.TargetId, row.Status, row.FinishedAt) = (vm, JobStatus.Failed, row.CreatedAt);
        row.Error = new JobError { Code = "timeout", Message = "It took too long." };
        row.Steps = [new JobStep { Name = "task", Status = StepStatus.Succeeded }, new JobStep { Name = "observe", Status = StepStatus.Failed }];
        with?.Invoke(row);
    });

    private Task UndoneAsync(Guid job, string undo) => api.Seeds.ChangeAsync<Job>(job, row =>
    {
        row.Status = JobStatus.Failed;
        row.Steps = [.. row.Steps, new JobStep { Name = undo, Status = StepStatus.Succeeded }];
    });

    private Task<Answer> RetryAsync(Job job) => acme.PostAsync($"/api/jobs/{job.Id}/retry");

    private async Task<Job> RowAsync(Guid job)
    {
        await using var db = api.Database.OpenAll();
        return (await db.Jobs.FindAsync(job))!;
    }
}
