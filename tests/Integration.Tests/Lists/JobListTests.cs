using System.Globalization;
using Microsoft.EntityFrameworkCore;
using MultiPanel.Contracts.Jobs;
using MultiPanel.Data;
using MultiPanel.Data.Jobs;
using MultiPanel.TestKit.Servers;

namespace MultiPanel.Integration.Tests.Lists;

/// <summary>What MariaDB reads for a page of jobs does not grow with their history, whatever the filter.</summary>
[FixtureLifeCycle(LifeCycle.SingleInstance)]
public sealed class JobListTests
{
    private const int History = 30_000, Page = 51;

    /// <summary>Some pages, or a piece of an index that is so short that MariaDB sorts it rather than follow its order.</summary>
    private const int MostRead = 1_500;

    private PrivateMariaDb server = null!;
    private PanelDatabase database = null!;

    private static IEnumerable<TestCaseData> Filters =>
    [
        Of("all", new JobFilter()),
        Of("a company's", new JobFilter { CompanyId = 3 }),
        Of("a common status", new JobFilter { Statuses = [JobStatus.Succeeded] }),
        Of("a rare status", new JobFilter { Statuses = [JobStatus.Failed] }),
        Of("a status of long ago", new JobFilter { Statuses = [JobStatus.Cancelled] }),
        Of("a kind of long ago", new JobFilter { Kinds = ["vm.delete"] }),
        Of("a company of long ago", new JobFilter { CompanyId = 9 }),
        Of("a status of a company of long ago", new JobFilter { CompanyId = 9, Statuses = [JobStatus.Succeeded] }),
        Of("a status that no job has", new JobFilter { Statuses = [JobStatus.Running] }),
        Of("a common kind", new JobFilter { Kinds = ["vm.start"] }),
        Of("a rare kind", new JobFilter { Kinds = ["template.register"] }),
        Of("a common kind and status", new JobFilter { Kinds = ["vm.start"], Statuses = [JobStatus.Succeeded] }),
        Of("a common kind of a company", new JobFilter { Kinds = ["vm.start"], CompanyId = 3 }),
        Of("a status of a company", new JobFilter { Statuses = [JobStatus.Succeeded], CompanyId = 3 }),
        Of("a type of target", new JobFilter { TargetType = "template" }),
    ];

    [OneTimeSetUp]
    public async Task FillAsync()
    {
        server = await PrivateMariaDb.LaunchAsync();
        Assert.That(DatabaseUrl.TryParse(server.Url, out var url, out _));
        database = new PanelDatabase(url!);
        await database.MigrateAsync();
        await using var db = database.OpenAll();
        await db.Database.ExecuteSqlAsync($"""
            INSERT INTO jobs (id, kind, status, percent, company_id, requested_by_name, target_type, target_id, priority, attempt,
                workflow, command, steps, warnings, created_at, queued_at, finished_at, revision)
            SELECT INSERT(CONCAT(LPAD(HEX(0x019000000000 + seq * 60000), 12, '0'), '-7000-8000-', LPAD(HEX(seq), 12, '0')), 9, 0, '-'),
                CASE WHEN seq < 900 THEN 'vm.delete' WHEN seq % 500 = 0 THEN 'template.register' WHEN seq % 2 = 0 THEN 'vm.start' ELSE 'vm.stop' END,
                CASE WHEN seq < 900 AND seq % 3 = 0 THEN 'cancelled' WHEN seq % 50 = 0 THEN 'failed' ELSE 'succeeded' END,
                100, CASE WHEN seq < 900 THEN 9 ELSE 1 + seq % 4 END, 'anna', CASE WHEN seq % 500 = 0 THEN 'template' ELSE 'vm' END, seq % 300, 'operator', 1,
                'operate-vm', '[]', '[]', 0, '2026-11-01', '2026-11-01', '2026-11-01', 1
            FROM seq_1_to_30000
            """);
        await db.Database.ExecuteSqlRawAsync("ANALYZE TABLE jobs");
        Assert.That(await db.Jobs.CountAsync(), Is.EqualTo(History));
    }

    [OneTimeTearDown]
    public async Task StopAsync() => await server.DisposeAsync();

    [TestCaseSource(nameof(Filters))]
    public async Task A_page_reads_few_rows(object filter)
    {
        await using var db = database.OpenAll();
        await db.Database.OpenConnectionAsync();
        await ((JobFilter)filter).NewestAsync(db, null, Page, default);
        var before = await RowsReadAsync(db);
        await ((JobFilter)filter).NewestAsync(db, null, Page, default);

        Assert.That(await RowsReadAsync(db) - before, Is.LessThan(MostRead));
    }

    private static TestCaseData Of(string name, JobFilter filter) => new TestCaseData(filter).SetArgDisplayNames(name);

    /// <summary>By this connection so far, in tables and indexes.</summary>
    private static async Task<long> RowsReadAsync(PanelDb db)
    {
        var counts = await db.Database.SqlQueryRaw<string>(
            "SELECT VARIABLE_VALUE AS Value FROM information_schema.SESSION_STATUS WHERE VARIABLE_NAME LIKE 'HANDLER_READ_%'").ToListAsync();
        return counts.Sum(count => long.Parse(count, CultureInfo.InvariantCulture));
    }
}
