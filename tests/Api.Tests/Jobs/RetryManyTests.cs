using Microsoft.EntityFrameworkCore;
using MultiPanel.Api.Tests.Host;
using MultiPanel.Contracts.Jobs;
using MultiPanel.Data.Jobs;

namespace MultiPanel.Api.Tests.Jobs;

public sealed class RetryManyTests
{
    private TestApi api = null!;
    private ApiClient acme = null!;
    private int vm;

    [SetUp]
    public async Task StartAsync()
    {
        api = await TestApi.StartAsync();
        acme = api.As(api.Seeds.AcmeOperator);
        vm = await api.Seeds.VmAsync(api.Seeds.Acme);
    }

    [TearDown]
    public async Task StopAsync()
    {
        acme.Dispose();
        await api.DisposeAsync();
    }

    [TestCase("""{"error_code":"storage_full"}""", 1)]
    [TestCase("""{"kind":"vm.stop"}""", 1)]
    [TestCase("""{"kind":"vm.start"}""", 2)]
    [TestCase("""{"kind":"vm.start","error_code":"timeout"}""", 1)]
    [TestCase("""{"since":"2026-11-22T10:00:00Z"}""", 3)]
    [TestCase("""{"since":"2026-11-22T12:00:00.003+02:00"}""", 1)]
    [TestCase("""{"target_type":"vm"}""", 3)]
    [TestCase("""{"target_id":77}""", 0)]
    public async Task What_fits_is_tried_again_and_nothing_else(string body, int count)
    {
        await FailedAsync("storage_full");
        await FailedAsync("timeout");
        await FailedAsync("timeout", row => row.Kind = "vm.stop");
        await api.Seeds.JobAsync(api.Seeds.Acme, row => row.Status = JobStatus.Succeeded);
        var theirs = await FailedAsync("storage_full", company: api.Seeds.Globex);

        var answer = await acme.PostAsync("/api/jobs/retry", body);

        Assert.That(answer.Status, Is.EqualTo(200), answer.Text);
        Assert.That(answer.Data["retried"]!.AsArray(), Has.Count.EqualTo(count), answer.Text);
        Assert.That((answer.Data["refused"]!.AsArray().Count, (bool)answer.Data["more"]!), Is.EqualTo((0, false)));
        await using var db = api.Database.OpenAll();
        Assert.That(db.Jobs.Count(job => job.Attempt == 2), Is.EqualTo(count));
        Assert.That((await db.Jobs.FindAsync(theirs.Id))!.Attempt, Is.EqualTo(1));
    }

    [Test]
    public async Task Each_that_cannot_be_is_named_with_its_reason_and_holds_up_no_other()
    {
        var good = await FailedAsync("timeout");
        var gone = await FailedAsync("timeout", row => row.TargetId = 99_999);
        var done = await FailedAsync("timeout", row => row.Status = JobStatus.Succeeded);
        var theirs = await FailedAsync("timeout", company: api.Seeds.Globex);

        var answer = await acme.PostAsync("/api/jobs/retry", $$"""{"ids":["{{good.Id}}","{{gone.Id}}","{{done.Id}}","{{theirs.Id}}","{{done.Id}}"]}""");

        Assert.That(answer.Data["retried"]!.AsArray().Select(id => (string?)id), Is.EqualTo(new[] { $"{good.Id}" }), answer.Text);
        Assert.That(
            answer.Data["refused"]!.AsArray().ToDictionary(why => Guid.Parse((string)why!["job_id"]!), why => (string?)why!["code"]),
            Is.EquivalentTo(new Dictionary<Guid, string> { [gone.Id] = "target_gone", [done.Id] = "not_retryable", [theirs.Id] = "job_not_found" }));
    }

    [Test]
    public async Task A_bulk_job_and_its_children_are_tried_again_once()
    {
        var child = await FailedAsync("timeout");
        var parent = await api.Seeds.BulkAsync(api.Seeds.Acme, row => row.Status = JobStatus.Failed);
        await api.Seeds.ChangeAsync<Job>(child.Id, row => row.ParentId = parent.Id);

        var answer = await acme.PostAsync("/api/jobs/retry", """{"since":"2026-11-22T00:00:00Z"}""");

        Assert.That(answer.Data["retried"]!.AsArray().Select(id => (string?)id), Is.EqualTo(new[] { $"{parent.Id}", $"{child.Id}" }), answer.Text);
        Assert.That(answer.Data["refused"]!.AsArray(), Is.Empty);
    }

    [Test]
    public async Task Five_hundred_at_a_time_the_oldest_first()
    {
        var jobs = new List<Job>();
        for (var i = 0; i < 501; i++)
        {
            jobs.Add(new JobDraft
            {
                Kind = "vm.start",
                CompanyId = api.Seeds.Acme,
                RequestedByName = "anna",
                ClusterId = api.Seeds.Cluster,
                Target = new JobTarget("vm", vm, "web1"),
            }.Accept(api.Clock.GetUtcNow().UtcDateTime.AddMilliseconds(i), id => new Contracts.VmOperations.OperateVm { JobId = id, Action = Contracts.VmOperations.VmAction.Start }));
            jobs[^1].Status = JobStatus.Failed;
        }

        await using (var db = api.Database.OpenAll())
        {
            db.AddRange(jobs);
            await db.SaveChangesAsync();
        }

        var first = await acme.PostAsync("/api/jobs/retry", """{"kind":"vm.start"}""");
        var second = await acme.PostAsync("/api/jobs/retry", """{"kind":"vm.start"}""");

        Assert.That((first.Data["retried"]!.AsArray().Count, (bool)first.Data["more"]!), Is.EqualTo((500, true)));
        Assert.That((string?)second.Data["retried"]!.AsArray().Single(), Is.EqualTo($"{jobs[^1].Id}"));
        Assert.That((bool)second.Data["more"]!, Is.False);
    }

    [Test]
    public async Task Sent_again_under_its_key_it_tries_nothing_a_second_time_and_nothing_that_failed_since()
    {
        void Over(Job row) => row.FinishedAt = api.Clock.GetUtcNow().UtcDateTime;
        var failed = await FailedAsync("timeout", Over);
        var first = await acme.OnceAsync("k1", "POST /api/jobs/retry", """{"kind":"vm.start"}""");
        await api.Seeds.ChangeAsync<Job>(failed.Id, row => (row.Status, row.FinishedAt) = (JobStatus.Failed, api.Clock.GetUtcNow().UtcDateTime.AddSeconds(5)));
        await FailedAsync("timeout", row => row.FinishedAt = api.Clock.GetUtcNow().UtcDateTime.AddSeconds(5));

        var second = await acme.OnceAsync("k1", "POST /api/jobs/retry", """{"kind":"vm.start"}""");
        var other = await acme.OnceAsync("k1", "POST /api/jobs/retry", """{"kind":"vm.stop"}""");

        Assert.That(((string?)first.Data["retried"]!.AsArray().Single(), first.Replayed), Is.EqualTo(($"{failed.Id}", false)));
        Assert.That(((string?)second.Data["retried"]!.AsArray().Single(), second.Replayed), Is.EqualTo(($"{failed.Id}", true)));
        Assert.That((other.Status, other.Code), Is.EqualTo((422, "idempotency_key_reused")));
        await using var db = api.Database.OpenAll();
        Assert.That(db.Jobs.Max(job => job.Attempt), Is.EqualTo(2));
        Assert.That(db.Jobs.Count(job => job.Attempt == 2), Is.EqualTo(1));
    }

    [Test]
    public async Task What_was_cut_off_in_the_middle_goes_on_when_it_is_sent_again()
    {
        void Over(Job row) => row.FinishedAt = api.Clock.GetUtcNow().UtcDateTime;
        var (one, two) = (await FailedAsync("timeout", Over), await FailedAsync("timeout", Over));
        await acme.OnceAsync("k1", "POST /api/jobs/retry", """{"kind":"vm.start"}""");
        await using var db = api.Database.OpenAll();
        await db.IdempotencyKeys.Where(key => key.JobId == two.Id).ExecuteDeleteAsync();
        await api.Seeds.ChangeAsync<Job>(two.Id, row => (row.Status, row.Attempt, row.FinishedAt) = (JobStatus.Failed, 1, two.FinishedAt));

        var again = await acme.OnceAsync("k1", "POST /api/jobs/retry", """{"kind":"vm.start"}""");

        Assert.That(again.Data["retried"]!.AsArray().Select(id => (string?)id), Is.EquivalentTo(new[] { $"{one.Id}", $"{two.Id}" }));
        Assert.That(await db.Jobs.Where(job => job.Attempt == 2).CountAsync(), Is.EqualTo(2));
    }

    [TestCase("""{}""", 400)]
    [TestCase("""{"ids":null}""", 400)]
    [TestCase("""{"ids":[]}""", 400)]
    [TestCase("""{"ids":["x"]}""", 400)]
    [TestCase("""{"ids":"01890000-0000-7000-8000-000000000000"}""", 400)]
    [TestCase("""{"since":"yesterday"}""", 400)]
    [TestCase("""{"target_id":0}""", 400)]
    [TestCase("""{"target_id":99999999999}""", 400)]
    [TestCase("""{"status":"failed"}""", 400)]
    [TestCase("""{"kind":"vm.start""", 400)]
    [TestCase("""{"company_id":2}""", 403)]
    public async Task What_cannot_be_meant_is_refused(string body, int status)
    {
        await FailedAsync("timeout");

        Assert.That((await acme.PostAsync("/api/jobs/retry", body)).Status, Is.EqualTo(status));
        await using var db = api.Database.OpenAll();
        Assert.That(db.Jobs.Count(job => job.Attempt > 1), Is.Zero);
    }

    private Task<Job> FailedAsync(string code, Action<Job>? with = null, int? company = null) => api.Seeds.JobAsync(company ?? api.Seeds.Acme, row =>
    {
        (row.TargetId, row.Status) = (vm, JobStatus.Failed);
        row.Error = new JobError { Code = code, Message = "It failed." };
        with?.Invoke(row);
    });
}
