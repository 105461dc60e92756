using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using MultiPanel.Contracts.AgentVerification;
using MultiPanel.Contracts.Cloning;
using MultiPanel.Contracts.Jobs;
using MultiPanel.Contracts.VmOperations;
using MultiPanel.Contracts.Vms;
using MultiPanel.Contracts.Workflows;
using MultiPanel.Data.Jobs;
using MultiPanel.Data.Vms;
using MultiPanel.TestKit.Servers;

namespace MultiPanel.Data.Tests;

/// <summary>Both databases hold the same model; on MariaDB where ops/test runs one.</summary>
[TestFixture("sqlite")]
[TestFixture("mysql")]
public sealed class MigrationTests(string kind)
{
    private readonly List<IAsyncDisposable> owned = [];
    private PanelDatabase database = null!;

    [OneTimeSetUp]
    public async Task OpenAsync()
    {
        database = await EmptyAsync();
        await database.MigrateAsync();
    }

    [OneTimeTearDown]
    public async Task CloseAsync()
    {
        foreach (var server in owned)
        {
            await server.DisposeAsync();
        }
    }

    [Test]
    public async Task Migrating_again_changes_nothing()
    {
        await database.MigrateAsync();

        await using var db = database.OpenAll();
        Assert.That(await db.Database.GetPendingMigrationsAsync(), Is.Empty);
        Assert.That(db.Database.HasPendingModelChanges(), Is.False);
    }

    [Test]
    public async Task Jobs_accepted_before_their_source_had_a_column_get_it_from_their_command()
    {
        var before = await EmptyAsync();
        await using var db = before.OpenAll();
        await db.GetService<IMigrator>().MigrateAsync("Claims");
        var (start, clone, verify) = (
            Job(DateTime.UtcNow),
            Clone("vm.create", id => new CloneVm { JobId = id, SourceId = 4711 }),
            Clone("template.verify_agent", id => new VerifyAgent { JobId = id, TemplateId = 1, SourceId = 4712 }));
        foreach (var job in new[] { start, clone, verify })
        {
            await db.Database.ExecuteSqlAsync($"""
                INSERT INTO jobs (id, kind, status, percent, requested_by_name, target_type, target_id, priority, attempt,
                    workflow, command, steps, warnings, created_at, queued_at, cancellable, revision)
                VALUES ({job.Id}, {job.Kind}, 'failed', 0, 'anna', 'vm', 1, 'operator', 1,
                    {job.Workflow}, {job.Command}, '[]', 0, {job.CreatedAt}, {job.QueuedAt}, 1, 0)
                """);
        }

        await before.MigrateAsync();

        var sources = await db.Jobs.AsNoTracking().ToDictionaryAsync(job => job.Id, job => job.SourceId);
        Assert.That((sources[start.Id], sources[clone.Id], sources[verify.Id]), Is.EqualTo(((int?)null, (int?)4711, (int?)4712)));
        Assert.That((start.SourceId, clone.SourceId, verify.SourceId), Is.EqualTo(((int?)null, (int?)4711, (int?)4712)), "a job accepted now has it at once");
    }

    [Test]
    public async Task Open_jobs_accepted_before_their_growth_had_a_column_get_it_from_their_command()
    {
        var before = await EmptyAsync();
        await using var db = before.OpenAll();
        await db.GetService<IMigrator>().MigrateAsync("TrueToProxmox");
        var resize = Operate(VmAction.Resize, command => command with { Disk = "scsi1", DiskGb = 20 });
        var reconfigure = Operate(VmAction.Reconfigure, command => command with { Changes = new VmChanges { Cores = 4, Sockets = 2 } });
        var ended = Operate(VmAction.Resize, command => command with { DiskGb = 30 });
        foreach (var job in new[] { resize, reconfigure, ended })
        {
            await db.Database.ExecuteSqlAsync($"""
                INSERT INTO jobs (id, kind, status, percent, requested_by_name, target_type, target_id, priority, attempt,
                    workflow, command, steps, warnings, created_at, queued_at, finished_at, cancellable, revision)
                VALUES ({job.Id}, {job.Kind}, 'queued', 0, 'anna', 'vm', 1, 'operator', 1,
                    {job.Workflow}, {job.Command}, '[]', 0, {job.CreatedAt}, {job.QueuedAt}, {(job == ended ? job.CreatedAt : null)}, 1, 0)
                """);
        }

        await before.MigrateAsync();

        var grows = await db.Jobs.AsNoTracking().ToDictionaryAsync(job => job.Id, job => job.GrowsTo);
        Assert.That((grows[resize.Id], grows[reconfigure.Id], grows[ended.Id]), Is.EqualTo((
            new WantedSize(null, null, "scsi1", 20), new WantedSize(4, null, null, null) { Sockets = 2 }, (WantedSize?)null)));
        Assert.That((resize.GrowsTo, reconfigure.GrowsTo), Is.EqualTo((grows[resize.Id], grows[reconfigure.Id])), "a job accepted now has it at once");
    }

    [Test]
    public void Tables_and_columns_are_snake_case()
    {
        using var db = database.OpenAll();
        var names = db.Model.GetEntityTypes().SelectMany(entity => entity.GetProperties().Select(p => p.GetColumnName()).Append(entity.GetTableName()!));

        Assert.That(names, Is.All.Match("^[a-z0-9_]+$"));
        Assert.That(db.Model.FindEntityType(typeof(Users.User))!.FindProperty("PasswordHash")!.GetColumnName(), Is.EqualTo("password_hash"));
    }

    [Test]
    public async Task A_job_comes_back_as_it_was_written()
    {
        var now = new DateTime(2026, 1, 2, 3, 4, 5, DateTimeKind.Utc);
        var job = Job(now);
        job.Error = new JobError { Code = "task_failed", Message = "Ünïcode 🖥 'quoted'", TaskLog = ["a", "b"] };
        job.Steps = [job.Steps[0] with { Status = StepStatus.Failed, Percent = 12.5, Upid = "UPID:x", StartedAt = now }];
        await SaveAsync(job);

        await using var db = database.OpenAll();
        var read = await db.Jobs.AsNoTracking().SingleAsync(row => row.Id == job.Id);

        Assert.That(read.CreatedAt, Is.EqualTo(now));
        Assert.That(read.CreatedAt.Kind, Is.EqualTo(DateTimeKind.Utc));
        Assert.That(read.Steps, Is.EqualTo(job.Steps));
        Assert.That(read.Error!.TaskLog, Is.EqualTo(job.Error.TaskLog));
        Assert.That(read.Error.Message, Is.EqualTo(job.Error.Message));
    }

    [Test]
    public async Task A_write_on_an_older_row_is_refused()
    {
        var job = Job(DateTime.UtcNow);
        await SaveAsync(job);
        await using var first = database.OpenAll();
        await using var second = database.OpenAll();
        var mine = await first.Jobs.SingleAsync(row => row.Id == job.Id);
        var theirs = await second.Jobs.SingleAsync(row => row.Id == job.Id);
        (theirs.Message, theirs.Revision) = ("theirs", theirs.Revision + 1);
        await second.SaveChangesAsync();

        (mine.Message, mine.Revision) = ("mine", mine.Revision + 1);

        Assert.That(async () => await first.SaveChangesAsync(), Throws.InstanceOf<DbUpdateConcurrencyException>());
    }

    [Test]
    public async Task A_vmid_is_given_once_a_cluster()
    {
        await SaveAsync(new Vm { ClusterId = 1, Vmid = 4711, Name = "a", Status = VmStatus.Stopped });
        await SaveAsync(new Vm { ClusterId = 2, Vmid = 4711, Name = "b", Status = VmStatus.Stopped });
        await SaveAsync(new Vm { ClusterId = 1, Name = "not yet", Status = VmStatus.Provisioning });
        await SaveAsync(new Vm { ClusterId = 1, Name = "nor this", Status = VmStatus.Provisioning });

        Assert.That(() => SaveAsync(new Vm { ClusterId = 1, Vmid = 4711, Name = "c" }), Throws.InstanceOf<DbUpdateException>());
    }

    [Test]
    public async Task A_company_sees_its_own_rows_alone()
    {
        var (mine, theirs, platforms) = (Job(DateTime.UtcNow, 71), Job(DateTime.UtcNow, 72), Job(DateTime.UtcNow, null));
        await SaveAsync(mine);
        await SaveAsync(theirs);
        await SaveAsync(platforms);

        await using var db = database.Open(CallerScope.Of(71));
        var seen = await db.Jobs.Select(job => job.Id).ToListAsync();
        await using var anonymous = database.Open(CallerScope.Of(null));

        Assert.That(seen, Does.Contain(mine.Id).And.Not.Contain(theirs.Id).And.Not.Contain(platforms.Id));
        Assert.That(await anonymous.Jobs.CountAsync(), Is.Zero);
    }

    private static Job Job(DateTime now, int? company = 1) => new JobDraft
    {
        Kind = "vm.start",
        CompanyId = company,
        RequestedByName = "test",
        Target = new JobTarget("vm", 1, "web"),
    }.Accept(now, id => new OperateVm { JobId = id, Action = VmAction.Start });

    private static Job Clone(string kind, Func<Guid, IJobCommand> command) => new JobDraft
    {
        Kind = kind,
        RequestedByName = "test",
        Target = new JobTarget("vm", 2, "copy"),
    }.Accept(DateTime.UtcNow, command);

    private static Job Operate(VmAction action, Func<OperateVm, OperateVm> with) => new JobDraft
    {
        Kind = action.Kind(),
        RequestedByName = "test",
        Target = new JobTarget("vm", 1, "web"),
    }.Accept(DateTime.UtcNow, id => with(new OperateVm { JobId = id, Action = action }));

    private async Task<PanelDatabase> EmptyAsync()
    {
        if (kind == "sqlite")
        {
            return new PanelDatabase(DatabaseUrl.Sqlite(Path.Combine(Directory.CreateTempSubdirectory().FullName, "panel.db")));
        }

        var server = await TestServers.MySqlAsync();
        owned.Add(server);
        Assert.That(DatabaseUrl.TryParse(server.Url, out var url, out var problem), Is.True, problem);
        return new PanelDatabase(url!);
    }

    private async Task SaveAsync(object row)
    {
        await using var db = database.OpenAll();
        db.Add(row);
        await db.SaveChangesAsync();
    }
}
