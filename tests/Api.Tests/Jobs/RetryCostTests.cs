using MultiPanel.Api.Tests.Host;
using MultiPanel.Contracts.Cloning;
using MultiPanel.Contracts.Jobs;
using MultiPanel.Contracts.VmOperations;
using MultiPanel.Contracts.Vms;
using MultiPanel.Data.Companies;
using MultiPanel.Data.Jobs;
using MultiPanel.Data.Vms;

namespace MultiPanel.Api.Tests.Jobs;

/// <summary>Retrying many jobs holds their companies' rows: it must not cost a query for each job.</summary>
public sealed class RetryCostTests
{
    private TestApi api = null!;
    private ApiClient acme = null!;

    [SetUp]
    public async Task StartAsync()
    {
        api = await TestApi.StartAsync();
        acme = api.As(api.Seeds.AcmeOperator);
        await api.Seeds.ChangeAsync<Company>(api.Seeds.Acme, company => company.MaxVms = 1_000);
        await acme.GetAsync("/api/jobs"); // the first request alone reads who the caller is
    }

    [TearDown]
    public async Task StopAsync()
    {
        acme.Dispose();
        await api.DisposeAsync();
    }

    [Test]
    public async Task A_bulk_job_with_many_failed_children_costs_as_many_queries_as_one_with_few()
    {
        var (few, many) = (await BulkAsync(3), await BulkAsync(300));

        var (cheap, first) = await ReadsAsync($"/api/jobs/{few}/retry");
        var (costly, second) = await ReadsAsync($"/api/jobs/{many}/retry");

        Assert.That((first.Status, second.Status), Is.EqualTo((202, 202)), second.Text);
        Assert.That(costly, Has.Count.EqualTo(cheap.Count).And.Not.Empty, string.Join("\n\n", costly));
        await using var db = api.Database.OpenAll();
        Assert.That(db.Jobs.Count(job => job.ParentId == many && job.Status == JobStatus.Queued && job.Attempt == 2), Is.EqualTo(300));
        Assert.That(db.Vms.Count(vm => vm.Status == VmStatus.Provisioning), Is.EqualTo(101), "each clone has its row again");
    }

    [Test]
    public async Task Many_jobs_cost_as_many_queries_as_few()
    {
        var (few, many) = (await FailedAsync(3, null), await FailedAsync(90, null));

        var (cheap, _) = await ReadsAsync("/api/jobs/retry", new { ids = few });
        var (costly, answer) = await ReadsAsync("/api/jobs/retry", new { ids = many });

        Assert.That(answer.Data["retried"]!.AsArray(), Has.Count.EqualTo(90), answer.Text);
        Assert.That(costly, Has.Count.EqualTo(cheap.Count).And.Not.Empty, string.Join("\n\n", costly));
    }

    [Test]
    public async Task Of_many_clones_as_many_are_retried_as_the_quota_has_room_for()
    {
        var bulk = await BulkAsync(30);
        await api.Seeds.ChangeAsync<Company>(api.Seeds.Acme, company => company.MaxVms = 16);

        var (_, answer) = await ReadsAsync($"/api/jobs/{bulk}/retry");

        Assert.That(answer.Status, Is.EqualTo(202), answer.Text);
        await using var db = api.Database.OpenAll();
        Assert.That(db.Vms.Count(vm => vm.CompanyId == api.Seeds.Acme && !vm.Template), Is.EqualTo(16));
        Assert.That(db.Jobs.Count(job => job.ParentId == bulk && job.Status == JobStatus.Failed), Is.EqualTo(4), "10 VMs, 10 clones, room for 6");
    }

    private async Task<(IReadOnlyList<string> Reads, Answer Answer)> ReadsAsync(string path, object? body = null)
    {
        using var statements = api.Statements();
        var answer = body is null ? await acme.PostAsync(path) : await acme.PostAsync(path, body);
        return (statements.Reads, answer);
    }

    private async Task<Guid> BulkAsync(int children)
    {
        var parent = await api.Seeds.BulkAsync(api.Seeds.Acme, row => row.Status = JobStatus.Failed);
        await FailedAsync(children, parent.Id);
        return parent.Id;
    }

    /// <summary>A third each of starts, of resizes, and of clones whose rows were undone; each third works on VMs of its own.</summary>
    private async Task<IReadOnlyList<Guid>> FailedAsync(int count, Guid? parent)
    {
        await using var db = api.Database.OpenAll();
        var source = new Vm { ClusterId = api.Seeds.Cluster, Name = "source", Status = VmStatus.Stopped, CompanyId = api.Seeds.Acme, Template = true };
        var vms = Enumerable.Range(0, count / 3).Select(i => new Vm { ClusterId = api.Seeds.Cluster, Name = $"web{i}", Status = VmStatus.Stopped, CompanyId = api.Seeds.Acme, Cores = 1 }).ToList();
        db.AddRange([source, .. vms]);
        await db.SaveChangesAsync();
        var gone = db.Vms.Max(vm => vm.Id) + 1_000;
        var jobs = Enumerable.Range(0, count).Select(i => Draft(i, vms[i / 3].Id, gone + i, parent).Accept(
            api.Clock.GetUtcNow().UtcDateTime.AddMilliseconds(i),
            id => (i % 3) switch
            {
                0 => new OperateVm { JobId = id, Action = VmAction.Start },
                1 => new OperateVm { JobId = id, Action = VmAction.Reconfigure, Changes = new VmChanges { Cores = 2 } },
                _ => new CloneVm { JobId = id, SourceId = source.Id },
            })).ToList();
        jobs.ForEach(job => (job.Status, job.FinishedAt) = (JobStatus.Failed, job.CreatedAt));
        db.AddRange(jobs);
        await db.SaveChangesAsync();
        return [.. jobs.Select(job => job.Id)];
    }

    private JobDraft Draft(int number, int vm, int clone, Guid? parent) => new()
    {
        Kind = (number % 3) switch { 0 => "vm.start", 1 => "vm.reconfigure", _ => "vm.clone" },
        CompanyId = api.Seeds.Acme,
        RequestedByName = "anna",
        ClusterId = api.Seeds.Cluster,
        Target = new JobTarget("vm", number % 3 == 2 ? clone : vm, $"vm{number}"),
        ParentId = parent,
    };
}
