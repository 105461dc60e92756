using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using MultiPanel.Contracts.Jobs;
using MultiPanel.Data.Audit;
using MultiPanel.Data.Jobs;
using MultiPanel.Data.Tests.Queries;
using MultiPanel.TestKit.Servers;

namespace MultiPanel.Data.Tests;

[TestFixture("sqlite")]
[TestFixture("mysql")]
public sealed class RowUpdateTests(string kind)
{
    private static readonly DateTime Accepted = new(2026, 11, 27, 7, 59, 59, DateTimeKind.Utc);

    private readonly StatementLog log = new();
    private TestDatabase? server;
    private PanelDatabase database = null!;

    [OneTimeSetUp]
    public async Task OpenAsync()
    {
        var url = DatabaseUrl.Sqlite(Path.Combine(Directory.CreateTempSubdirectory().FullName, "panel.db"));
        if (kind == "mysql")
        {
            server = await TestServers.MySqlAsync();
            Assert.That(DatabaseUrl.TryParse(server.Url, out url!, out var problem), Is.True, problem);
        }

        database = new PanelDatabase(url, log);
        await database.MigrateAsync();
    }

    [OneTimeTearDown]
    public async Task CloseAsync()
    {
        if (server is not null)
        {
            await server.DisposeAsync();
        }
    }

    [Test]
    public async Task Writes_the_columns_that_changed_in_one_statement()
    {
        var job = await AddAsync();
        await using var db = database.OpenAll();
        db.Attach(job);
        job.Status = JobStatus.Running;
        job.Steps = [job.Steps[0] with { Status = StepStatus.Running, Message = "It's \"half\" done" }];
        job.StartedAt = new DateTime(2026, 11, 27, 8, 0, 0, DateTimeKind.Utc);
        job.Percent = 12.5;
        job.Message = null;
        job.Revision++;
        log.Statements.Clear();

        Assert.That(await db.UpdateAsync(job, default), Is.True);

        var (text, parameters) = log.Statements.Single();
        Assert.That(text, Does.StartWith("UPDATE ").And.Not.Contain(";").And.Not.Contain("command"));
        Assert.That(parameters, Has.Count.EqualTo(8), "six columns, the key and the revision");
        await using var other = database.OpenAll();
        var read = await other.Jobs.AsNoTracking().SingleAsync(row => row.Id == job.Id);
        Assert.That((read.Status, read.StartedAt, read.Percent, read.Message, read.Revision), Is.EqualTo((JobStatus.Running, job.StartedAt, 12.5, (string?)null, 1)));
        Assert.That(read.Steps, Is.EqualTo(job.Steps));
    }

    [Test]
    public async Task Writes_nothing_over_another_writer()
    {
        var job = await AddAsync();
        await using (var other = database.OpenAll())
        {
            await other.Jobs.Where(row => row.Id == job.Id).ExecuteUpdateAsync(set => set.SetProperty(row => row.Revision, 7));
        }

        await using var db = database.OpenAll();
        db.Attach(job);
        job.Message = "late";
        job.Revision++;

        Assert.That(await db.UpdateAsync(job, default), Is.False);
        await using var again = database.OpenAll();
        Assert.That((await again.Jobs.AsNoTracking().SingleAsync(row => row.Id == job.Id)).Message, Is.EqualTo("accepted"));
    }

    [Test]
    public async Task Says_that_a_row_is_gone()
    {
        var job = Job();
        await using var db = database.OpenAll();
        db.Attach(job);
        job.Message = "late";

        Assert.That(await db.UpdateAsync(job, default), Is.False);
    }

    [Test]
    public async Task Sends_nothing_where_nothing_changed()
    {
        var job = await AddAsync();
        await using var db = database.OpenAll();
        db.Attach(job);
        log.Statements.Clear();

        Assert.That(await db.UpdateAsync(job, default), Is.True);
        Assert.That(log.Statements, Is.Empty);
    }

    [TestCase(0, true)]
    [TestCase(1, false)]
    public async Task Saves_what_is_beside_the_row_with_it_or_not_at_all(int known, bool written)
    {
        var (job, beside) = (await AddAsync(), Job());
        await using var db = database.OpenAll();
        job.Revision = known;
        db.Attach(job);
        job.Message = "with another";
        db.Add(beside);

        Assert.That(await db.UpdateAsync(job, default), Is.EqualTo(written));
        await using var other = database.OpenAll();
        Assert.That(await other.Jobs.AnyAsync(row => row.Id == beside.Id), Is.EqualTo(written));
    }

    [Test]
    public async Task Inserts_many_rows_in_one_statement_as_SaveChanges_would()
    {
        var jobs = Enumerable.Range(0, 3).Select(_ => Job()).ToList();
        jobs[1].Error = new JobError { Code = "no", Message = "It's \"no\" {0}" };
        jobs[1].StartedAt = new DateTime(2026, 11, 27, 8, 0, 0, DateTimeKind.Utc);
        jobs[2].Cancellable = false;
        AuditEntry[] entries = [.. jobs.Select(job => new AuditEntry { At = DateTime.UtcNow, Username = "anna", Address = "::1", Action = "POST", JobId = job.Id, Changed = ["name"] })];
        await using var db = database.OpenAll();
        log.Statements.Clear();

        await db.InsertAsync(jobs, default);
        await db.InsertAsync(entries, default);
        await db.InsertAsync(Array.Empty<Job>(), default);

        Assert.That(log.Statements, Has.Count.EqualTo(2));
        foreach (var job in jobs)
        {
            var read = await db.Jobs.AsNoTracking().SingleAsync(row => row.Id == job.Id);
            Assert.That(Json(read), Is.EqualTo(Json(job)));
            var entry = await db.AuditEntries.AsNoTracking().SingleAsync(row => row.JobId == job.Id);
            Assert.That((entry.Id > 0, entry.Username, entry.Changed), Is.EqualTo((true, "anna", new[] { "name" })));
        }

        static string Json(Job job) => JsonSerializer.Serialize(job);
    }

    private async Task<Job> AddAsync()
    {
        var job = Job();
        await using var db = database.OpenAll();
        db.Jobs.Add(job);
        await db.SaveChangesAsync();
        return job;
    }

    private static Job Job() => new()
    {
        Id = Guid.CreateVersion7(),
        Kind = "vm.start",
        RequestedByName = "test",
        TargetType = "vm",
        Workflow = "operate-vm",
        Command = "{}",
        CreatedAt = Accepted,
        QueuedAt = Accepted,
        Message = "accepted",
        Steps = [new JobStep { Name = "task" }],
    };
}
