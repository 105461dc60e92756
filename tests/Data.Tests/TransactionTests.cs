using System.Data.Common;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using MultiPanel.Contracts.Vms;
using MultiPanel.Data.Companies;
using MultiPanel.Data.Vms;
using MultiPanel.TestKit;
using MultiPanel.TestKit.Servers;
using SQLitePCL;

namespace MultiPanel.Data.Tests;

public sealed class TransactionTests
{
    private readonly FullDisk disk = new();
    private PanelDatabase database = null!;

    [SetUp]
    public async Task OpenAsync()
    {
        database = new PanelDatabase(DatabaseUrl.Sqlite(Path.Combine(Directory.CreateTempSubdirectory().FullName, "panel.db")), disk);
        await database.MigrateAsync();
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task A_disk_that_is_full_at_the_commit_is_the_failure_that_is_seen(bool async)
    {
        disk.IsFull = true;

        var failure = Assert.CatchAsync(() => async ? WriteAsync() : Task.Run(Write));

        Assert.That(failure, Is.InstanceOf<SqliteException>().With.Property(nameof(SqliteException.SqliteErrorCode)).EqualTo(raw.SQLITE_FULL));
        Assert.That(DatabaseFailures.IsUnreachable(failure!), Is.True, "the API answers 503");
        disk.IsFull = false;
        await WriteAsync();
        await using var db = database.OpenAll();
        Assert.That(await db.Vms.CountAsync(), Is.EqualTo(1), "the same pooled context and connection go on");
    }

    [Test]
    public async Task So_is_one_that_is_full_at_a_statement()
    {
        await using (var db = database.OpenAll())
        {
            var pages = await db.Database.SqlQueryRaw<long>("SELECT page_count AS Value FROM pragma_page_count").SingleAsync();
            await db.Database.OpenConnectionAsync();
            await using var transaction = await db.Database.BeginTransactionAsync();
            var handle = ((SqliteConnection)db.Database.GetDbConnection()).Handle;
            raw.sqlite3_exec(handle, $"PRAGMA max_page_count={pages}");
            db.Vms.AddRange(Enumerable.Range(0, 2_000).Select(i => Vm(i)));

            var failure = Assert.CatchAsync(() => db.SaveChangesAsync());

            Assert.That(DatabaseFailures.IsUnreachable(failure!), Is.True, failure!.ToString());
            await transaction.DisposeAsync();
            raw.sqlite3_exec(handle, "PRAGMA max_page_count=1073741823");
        }

        await WriteAsync();
    }

    [Test]
    public async Task Sqlite_waits_for_the_disk_only_at_checkpoints_and_for_other_writers_by_itself()
    {
        await using var db = database.OpenAll();

        Assert.That(await db.Database.SqlQueryRaw<long>("SELECT synchronous AS Value FROM pragma_synchronous").SingleAsync(), Is.EqualTo(1), "NORMAL");
        Assert.That(await db.Database.SqlQueryRaw<long>("SELECT timeout AS Value FROM pragma_busy_timeout").SingleAsync(), Is.EqualTo(30_000));
        Assert.That(await db.Database.SqlQueryRaw<string>("SELECT journal_mode AS Value FROM pragma_journal_mode").SingleAsync(), Is.EqualTo("wal"));
    }

    [Test]
    public async Task Writers_wait_in_their_order_and_on_no_thread()
    {
        await using var db = database.OpenAll();
        await using var transaction = await db.Database.BeginTransactionAsync();
        var order = new List<int>();

        var waiting = Enumerable.Range(0, 50).Select(WriteAsync).ToList(); // one that waited on this thread would wait for the commit below
        await transaction.CommitAsync();
        await Task.WhenAll(waiting);

        Assert.That(order, Is.EqualTo(Enumerable.Range(0, 50)));

        async Task WriteAsync(int i)
        {
            await using var mine = database.OpenAll();
            await using var turn = await mine.Database.BeginTransactionAsync();
            order.Add(i);
            await turn.CommitAsync();
        }
    }

    [Test]
    public async Task One_whose_begin_was_cancelled_holds_up_no_other()
    {
        await using (var db = database.OpenAll())
        {
            await using var transaction = await db.Database.BeginTransactionAsync();
            await using var other = database.OpenAll();
            using var cancelled = new CancellationTokenSource();
            var begin = other.Database.BeginTransactionAsync(cancelled.Token);
            await cancelled.CancelAsync();
            Assert.That(() => begin, Throws.InstanceOf<OperationCanceledException>());
        }

        await WriteAsync();
    }

    /// <summary>Connections are not reset when they are opened again.</summary>
    [Test]
    public async Task On_mysql_a_connection_goes_back_without_its_transaction()
    {
        await using var server = await TestServers.MySqlAsync();
        Assert.That(DatabaseUrl.TryParse(server.Url, out var url, out var problem), Is.True, problem);
        var mysql = new PanelDatabase(url!);
        await mysql.MigrateAsync();
        long thread;
        await using (var db = mysql.OpenAll())
        {
            await db.Database.BeginTransactionAsync();
            db.Companies.Add(new Company { Name = "never committed" });
            await db.SaveChangesAsync();
            thread = await ThreadAsync(db);
        }

        await using var next = mysql.OpenAll();
        Assert.That(await ThreadAsync(next), Is.EqualTo(thread), "the same connection");
        Assert.That(await next.Companies.CountAsync(), Is.Zero);
        await next.Companies.Where(company => company.Name != "").ExecuteDeleteAsync();
    }

    [Test]
    public async Task On_mysql_a_connection_that_the_server_has_cut_is_replaced()
    {
        await using var server = await TestServers.MySqlAsync();
        Assert.That(DatabaseUrl.TryParse(server.Url, out var url, out var problem), Is.True, problem);
        var mysql = new PanelDatabase(url!);
        long thread;
        await using (var db = mysql.OpenAll())
        {
            thread = await ThreadAsync(db);
        }

        await using var other = new MySqlConnector.MySqlConnection($"{server.ConnectionString};Pooling=false");
        await other.OpenAsync();
        await using var kill = new MySqlConnector.MySqlCommand($"KILL {thread}", other);
        await kill.ExecuteNonQueryAsync();

        // A connection is asked whether it still is one after a pause of a tenth of a second.
        var killed = Environment.TickCount64;
        await Eventually.IsAsync(() => Environment.TickCount64 - killed > 200, "the pause is over", TimeSpan.FromSeconds(30));
        await using var next = mysql.OpenAll();
        Assert.That(await ThreadAsync(next), Is.Not.EqualTo(thread));
    }

    [Test]
    public async Task On_mysql_a_command_that_meets_a_cut_connection_is_the_only_one()
    {
        await using var server = await TestServers.MySqlAsync();
        Assert.That(DatabaseUrl.TryParse(server.Url, out var url, out var problem), Is.True, problem);
        var mysql = new PanelDatabase(url!);
        await using var other = new MySqlConnector.MySqlConnection($"{server.ConnectionString};Pooling=false");
        await other.OpenAsync();
        await using var kill = other.CreateCommand();
        await using (var first = mysql.OpenAll())
        await using (var second = mysql.OpenAll())
        await using (var third = mysql.OpenAll())
        {
            foreach (var db in new[] { first, second, third })
            {
                await db.Database.OpenConnectionAsync();
                kill.CommandText += $"KILL {await ThreadAsync(db)};";
            }
        }

        await kill.ExecuteNonQueryAsync();
        try
        {
            await using var met = mysql.OpenAll();
            await ThreadAsync(met);
        }
        catch (Exception cut)
        {
            Assert.That(DatabaseFailures.IsUnreachable(cut), Is.True, cut.ToString());
        }

        await using var next = mysql.OpenAll();
        Assert.That(await ThreadAsync(next), Is.Positive, "the others are out of the pool");
    }

    private static Task<long> ThreadAsync(PanelDb db) => db.Database.SqlQueryRaw<long>("SELECT CONNECTION_ID() AS Value").SingleAsync();

    private static Vm Vm(int i) => new() { ClusterId = 1, Vmid = 100 + i, Name = $"vm{i}", Status = VmStatus.Stopped };

    private async Task WriteAsync()
    {
        await using var db = database.OpenAll();
        await using var transaction = await db.Database.BeginTransactionAsync();
        db.Vms.Add(Vm(0));
        await db.SaveChangesAsync();
        await transaction.CommitAsync();
    }

    private void Write()
    {
        using var db = database.OpenAll();
        using var transaction = db.Database.BeginTransaction();
        db.Vms.Add(Vm(0));
        db.SaveChanges();
        transaction.Commit();
    }

    /// <summary>Does what SQLite does when the disk is full at a COMMIT: ends the transaction by itself, and says why.</summary>
    private sealed class FullDisk : DbTransactionInterceptor
    {
        public bool IsFull { get; set; }

        public override InterceptionResult TransactionCommitting(DbTransaction transaction, TransactionEventData eventData, InterceptionResult result)
        {
            FailIfFull(transaction);
            return result;
        }

        public override ValueTask<InterceptionResult> TransactionCommittingAsync(
            DbTransaction transaction, TransactionEventData eventData, InterceptionResult result, CancellationToken cancellationToken = default)
        {
            FailIfFull(transaction);
            return ValueTask.FromResult(result);
        }

        private void FailIfFull(DbTransaction transaction)
        {
            if (IsFull)
            {
                var handle = ((SqliteConnection)transaction.Connection!).Handle;
                raw.sqlite3_rollback_hook(handle, null, null); // Microsoft.Data.Sqlite listens no longer once it commits
                raw.sqlite3_exec(handle, "ROLLBACK");
                throw new SqliteException("SQLite Error 13: 'database or disk is full'.", raw.SQLITE_FULL);
            }
        }
    }
}
