using MultiPanel.Api.Tests.Host;
using MultiPanel.Contracts.Jobs;
using MultiPanel.Data.Jobs;
using MultiPanel.Progress;

namespace MultiPanel.Api.Tests.Jobs;

public sealed class JobReadTests
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
    public async Task A_job_shows_what_is_live_over_what_is_in_its_row()
    {
        var job = await api.Seeds.JobAsync(api.Seeds.Acme);
        await api.Progress.PublishAsync(job.ToView());
        await api.Progress.ReportAsync(new JobRef(job.Id, job.CompanyId, job.Attempt), new JobChange { Status = JobStatus.Running, Percent = 40 });

        var one = await acme.GetAsync($"/api/jobs/{job.Id}");
        var list = await acme.GetAsync("/api/jobs");

        Assert.That((string?)one.Data["status"], Is.EqualTo("running"));
        Assert.That((double)one.Data["percent"]!, Is.EqualTo(40));
        Assert.That((double)list.Data[0]!["percent"]!, Is.EqualTo(40));
        Assert.That((string?)one.Data["target"]!["type"], Is.EqualTo("vm"));
    }

    [Test]
    public async Task A_row_that_is_over_wins_against_what_redis_still_says()
    {
        var job = await api.Seeds.JobAsync(api.Seeds.Acme, row => row.Status = JobStatus.Failed);
        await api.Progress.PublishAsync(job.ToView() with { Status = JobStatus.Running });

        Assert.That((string?)(await acme.GetAsync($"/api/jobs/{job.Id}")).Data["status"], Is.EqualTo("failed"));
    }

    [TestCase("status=failed", 1)]
    [TestCase("status=failed,queued", 3)]
    [TestCase("kind=vm.stop", 1)]
    [TestCase("kind=vm.stop,vm.start", 2)]
    [TestCase("target_type=template", 1)]
    [TestCase("target_type=vm", 2)]
    [TestCase("target_type=vms", 0)]
    [TestCase("target_type=template&status=failed", 0)]
    [TestCase("target_type=vm&target_id=1", 2)]
    [TestCase("since=2026-11-22T10:00:00.003Z", 1)]
    [TestCase("since=2026-11-22T12:00:00.003%2B02:00", 1)]
    public async Task Filters_leave_what_was_asked_for(string query, int count)
    {
        await api.Seeds.JobAsync(api.Seeds.Acme);
        await api.Seeds.JobAsync(api.Seeds.Acme, job => (job.Status, job.Kind) = (JobStatus.Failed, "vm.stop"));
        await api.Seeds.JobAsync(api.Seeds.Acme, job => (job.TargetType, job.Kind) = ("template", "template.register"));

        var answer = await acme.GetAsync("/api/jobs?" + query);

        Assert.That(answer.Status, Is.EqualTo(200), answer.Text);
        Assert.That(answer.Data.AsArray(), Has.Count.EqualTo(count));
    }

    [TestCase("desktop")]
    [TestCase("VM")]
    [TestCase("")]
    public async Task A_target_type_that_there_is_not_is_refused_with_those_that_there_are(string type)
    {
        foreach (var answer in new[]
        {
            await acme.GetAsync($"/api/jobs?target_type={type}"), await acme.PostAsync("/api/jobs/retry", new { target_type = type }),
        })
        {
            Assert.That(answer.Status, Is.EqualTo(400), answer.Text);
            Assert.That(answer.Text, Does.Contain("target_type").And.Contain("must be one of template, vm, vms"));
        }
    }

    [Test]
    public async Task Pages_go_from_the_newest_to_the_oldest()
    {
        var ids = new List<Guid>();
        for (var i = 0; i < 5; i++)
        {
            ids.Add((await api.Seeds.JobAsync(api.Seeds.Acme)).Id);
        }

        var seen = new List<Guid>();
        string? cursor = null;
        do
        {
            var page = await acme.GetAsync($"/api/jobs?limit=2{(cursor is null ? "" : $"&cursor={cursor}")}");
            seen.AddRange(page.Data.AsArray().Select(job => Guid.Parse((string)job!["id"]!)));
            cursor = (string?)page.Json!["next_cursor"];
        }
        while (cursor is not null);

        ids.Reverse();
        Assert.That(seen, Is.EqualTo(ids));
    }

    [Test]
    public async Task A_company_sees_its_own_jobs_alone()
    {
        var theirs = await api.Seeds.JobAsync(api.Seeds.Globex);
        var platforms = await api.Seeds.JobAsync(null);

        Assert.That((await acme.GetAsync("/api/jobs")).Data.AsArray(), Is.Empty);
        foreach (var path in new[] { "", "/log", "/events" })
        {
            Assert.That((await acme.GetAsync($"/api/jobs/{theirs.Id}{path}")).Status, Is.EqualTo(404), path);
            Assert.That((await acme.GetAsync($"/api/jobs/{platforms.Id}{path}")).Status, Is.EqualTo(404), path);
        }
    }

    [TestCase("limit=0&cursor=x&status=done&since=yesterday&target_id=x", "cursor,limit,since,status,target_id")]
    public async Task Wrong_filters_are_named(string query, string fields) =>
        Assert.That((await acme.GetAsync("/api/jobs?" + query)).WrongFields, Is.EqualTo(fields.Split(',')));

    [Test]
    public async Task The_log_falls_back_to_what_the_failed_job_kept()
    {
        const string Upid = "UPID:pve1:00000BB8:00000C11:6740E1A0:qmstart:100:root@pam!t:";
        var job = await api.Seeds.JobAsync(api.Seeds.Acme, row =>
        {
            row.Status = JobStatus.Failed;
            row.Steps = [new JobStep { Name = "task", Upid = Upid, Node = "pve1" }, new JobStep { Name = "observe" }];
            row.Error = new JobError { Code = "task_failed", Message = "m", Step = "task", TaskLog = ["one", "TASK ERROR: two"] };
        });

        var log = await acme.GetAsync($"/api/jobs/{job.Id}/log");

        var step = log.Data["steps"]!.AsArray().Single()!;
        Assert.That((string?)step["upid"], Is.EqualTo(Upid));
        Assert.That(step["lines"]!.AsArray().Select(line => (string?)line), Is.EqualTo(new[] { "one", "TASK ERROR: two" }));
        Assert.That((string?)step["problem"], Does.Contain("Proxmox"));
        Assert.That((await acme.GetAsync($"/api/jobs/{job.Id}/log?lines=0")).Status, Is.EqualTo(400));
    }

    [Test]
    public async Task The_log_is_proxmoxs_own_while_it_answers()
    {
        await using var proxmox = await Host.Proxmox.StartAsync();
        await proxmox.ConnectAsync(api);
        await using var pve = new MultiPanel.Proxmox.PveClient(new MultiPanel.Proxmox.PveConnection
        {
            Endpoints = proxmox.Cluster.Endpoints,
            Credential = new MultiPanel.Proxmox.PveApiToken(proxmox.Cluster.TokenId, proxmox.Cluster.TokenSecret),
            Fingerprint = proxmox.Cluster.Fingerprint,
        });
        var template = proxmox.Cluster.Vms.First(vm => vm.Name == "debian12");
        var upid = await pve.Qemu.CloneAsync(template.Node, template.VmId, new MultiPanel.Proxmox.Qemu.CloneRequest(500));
        var job = await api.Seeds.JobAsync(api.Seeds.Acme, row => row.Steps = [new JobStep { Name = "clone", Upid = upid.ToString() }]);

        var log = await acme.GetAsync($"/api/jobs/{job.Id}/log");

        var step = log.Data["steps"]![0]!;
        Assert.That((string?)step["problem"], Is.Null);
        Assert.That((string?)step["lines"]![0], Does.Contain("500"), log.Text);
    }
}
