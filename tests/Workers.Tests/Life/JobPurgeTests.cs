using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging.Abstractions;
using MultiPanel.Contracts.Jobs;
using MultiPanel.Contracts.VmOperations;
using MultiPanel.Contracts.Vms;
using MultiPanel.Data;
using MultiPanel.Data.Audit;
using MultiPanel.Data.Jobs;
using MultiPanel.Data.Vms;
using MultiPanel.Hosting.Settings;
using MultiPanel.Workers.Liveness;
using MultiPanel.Workers.Reconciling;

namespace MultiPanel.Workers.Tests.Life;

/// <summary>Finished jobs are deleted after JOBS_DAYS; what still needs them keeps them.</summary>
public sealed class JobPurgeTests
{
    private static readonly TimeSpan Kept = TimeSpan.FromDays(30);

    private PanelDatabase database = null!;
    private PanelDb db = null!;
    private JobPurge purge = null!;

    [SetUp]
    public async Task OpenAsync()
    {
        database = new PanelDatabase(DatabaseUrl.Sqlite(Path.Combine(Directory.CreateTempSubdirectory().FullName, "panel.db")));
        await database.MigrateAsync();
        db = database.OpenAll();
        purge = new JobPurge(
            database, new WorkerSettings { JobsKept = Kept }, new WorkerIdentity(), redis: null!, TimeProvider.System, NullLogger<JobPurge>.Instance); // a round by itself takes no lease
    }

    [TearDown]
    public async Task CloseAsync()
    {
        purge.Dispose();
        await db.DisposeAsync();
    }

    [Test]
    public async Task What_ended_long_ago_goes_and_what_is_open_or_young_stays()
    {
        await AddAsync(Job(31), Job(400));
        var (young, open) = (Job(29), Job(null));
        await AddAsync(young, open);
        db.AuditEntries.Add(new AuditEntry { Username = "anna", Address = "::1", Action = "POST /api/vms", JobId = Guid.NewGuid(), At = DateTime.UtcNow.AddDays(-31) });
        await db.SaveChangesAsync();

        await purge.RunOnceAsync(default);

        Assert.That(await LeftAsync(), Is.EquivalentTo(new[] { young.Id, open.Id }));
        Assert.That(await db.AuditEntries.CountAsync(), Is.EqualTo(1));
    }

    [Test]
    public async Task Full_portions_follow_each_other_at_once()
    {
        var kept = Enumerable.Range(0, 520).Select(_ => Job(40, JobStatus.Failed)).ToArray();
        await AddAsync(kept);
        db.Vms.AddRange(kept.Select((job, i) => Vm(i, job)));
        await AddAsync([.. Enumerable.Range(0, 700).Select(_ => Job(31))]);

        await purge.RunOnceAsync(default);

        Assert.That(await LeftAsync(), Is.EquivalentTo(kept.Select(job => job.Id)), "those that stay do not hold up those behind them");
    }

    [Test]
    public async Task A_bulk_job_stays_as_long_as_one_of_its_children()
    {
        var parent = Job(31);
        var (old, retried) = (Child(parent, 32), Child(parent, 1));
        var whole = Job(31);
        await AddAsync(parent, old, retried, whole, Child(whole, 31), Child(whole, 32));

        await purge.RunOnceAsync(default);
        Assert.That(await LeftAsync(), Is.EquivalentTo(new[] { parent.Id, retried.Id }));

        await db.Jobs.Where(job => job.Id == retried.Id).ExecuteUpdateAsync(set => set.SetProperty(job => job.FinishedAt, DateTime.UtcNow.AddDays(-31)));
        await purge.RunOnceAsync(default);
        Assert.That(await LeftAsync(), Is.Empty);
    }

    [Test]
    public async Task A_failed_job_stays_as_long_as_its_vm_is_unsettled()
    {
        var (failed, succeeded) = (Job(31, JobStatus.Failed), Job(31));
        await AddAsync(failed, succeeded);
        db.Vms.AddRange(Vm(1, failed), Vm(2, succeeded));
        await db.SaveChangesAsync();

        await purge.RunOnceAsync(default);
        Assert.That(await LeftAsync(), Is.EquivalentTo(new[] { failed.Id }));

        await db.Vms.Where(vm => vm.CreatedByJob == failed.Id).ExecuteDeleteAsync();
        await purge.RunOnceAsync(default);
        Assert.That(await LeftAsync(), Is.Empty);
    }

    [TestCase("0")]
    [TestCase("36501")]
    [TestCase("never")]
    public void A_time_that_is_none_is_refused(string days)
    {
        var reader = new SettingsReader(new ConfigurationBuilder().AddInMemoryCollection([new("JOBS_DAYS", days)]).Build());
        WorkerSettings.Read(reader);

        Assert.That(reader.Problems, Has.One.Contains("JOBS_DAYS").And.One.Contains("from 1 to 36500"));
    }

    private static Vm Vm(int i, Job job) => new() { ClusterId = 1, Vmid = 100 + i, Name = $"vm{i}", Status = VmStatus.Provisioning, CreatedByJob = job.Id };

    private static Job Child(Job parent, int daysAgo)
    {
        var job = Job(daysAgo);
        job.ParentId = parent.Id;
        return job;
    }

    private static Job Job(int? daysAgo, JobStatus status = JobStatus.Succeeded)
    {
        var job = new JobDraft { Kind = "vm.start", RequestedByName = "test", Target = new JobTarget("vm", 1, "web") }
            .Accept(DateTime.UtcNow, id => new OperateVm { JobId = id, Action = VmAction.Start });
        if (daysAgo is { } days)
        {
            (job.Status, job.FinishedAt) = (status, DateTime.UtcNow.AddDays(-days));
        }

        return job;
    }

    private async Task AddAsync(params Job[] jobs)
    {
        db.Jobs.AddRange(jobs);
        await db.SaveChangesAsync();
    }

    private Task<List<Guid>> LeftAsync() => db.Jobs.AsNoTracking().Select(job => job.Id).ToListAsync();
}
