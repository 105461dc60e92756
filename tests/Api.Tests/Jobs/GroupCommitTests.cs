using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using MultiPanel.Api.Jobs;
using MultiPanel.Data;
using MultiPanel.Data.Jobs;

namespace MultiPanel.Api.Tests.Jobs;

public sealed class GroupCommitTests
{
    private HeldInserts inserts = null!;
    private PanelDatabase database = null!;
    private GroupCommit group = null!;

    [SetUp]
    public async Task OpenAsync()
    {
        inserts = new HeldInserts();
        database = new PanelDatabase(DatabaseUrl.Sqlite(Path.Combine(Directory.CreateTempSubdirectory().FullName, "panel.db")), inserts);
        await database.MigrateAsync();
        group = new GroupCommit(database);
    }

    [Test]
    public async Task What_arrives_during_a_commit_is_saved_together_with_the_next()
    {
        var first = group.SaveAsync(Job(), null, default);
        await inserts.Reached.Task;
        var others = Enumerable.Range(0, 5).Select(_ => group.SaveAsync(Job(), null, default)).ToList();
        inserts.Go.SetResult();

        await Task.WhenAll([first, .. others]);

        Assert.That((await CountAsync(), inserts.Transactions), Is.EqualTo((6, 2)));
    }

    [Test]
    public async Task A_refused_row_fails_its_own_call_alone()
    {
        var twice = Job();
        var first = group.SaveAsync(Copy(twice), null, default);
        await inserts.Reached.Task;
        var refused = group.SaveAsync(twice, null, default);
        var others = Enumerable.Range(0, 3).Select(_ => group.SaveAsync(Job(), null, default)).ToList();
        inserts.Go.SetResult();

        await Task.WhenAll([first, .. others]);

        Assert.That(() => refused, Throws.InstanceOf<DbException>().With.Matches<DbException>(failure => DatabaseFailures.IsDuplicate(failure)));
        Assert.That(await CountAsync(), Is.EqualTo(4));
    }

    [Test]
    public async Task A_call_that_was_cancelled_before_its_turn_saves_nothing()
    {
        var first = group.SaveAsync(Job(), null, default);
        await inserts.Reached.Task;
        using var leaving = new CancellationTokenSource();
        var left = group.SaveAsync(Job(), null, leaving.Token);
        await leaving.CancelAsync();
        inserts.Go.SetResult();
        await first;

        Assert.That(() => left, Throws.InstanceOf<OperationCanceledException>());
        Assert.That(await CountAsync(), Is.EqualTo(1));
    }

    private async Task<int> CountAsync()
    {
        await using var db = database.OpenAll();
        return await db.Jobs.CountAsync();
    }

    private static Job Copy(Job job)
    {
        var copy = Job();
        copy.Id = job.Id;
        return copy;
    }

    private static Job Job() => new()
    {
        Id = Guid.CreateVersion7(),
        Kind = "vm.start",
        RequestedByName = "test",
        TargetType = "vm",
        Workflow = "operate-vm",
        Command = "{}",
    };

    /// <summary>Holds the first insert until the test lets it go.</summary>
    private sealed class HeldInserts : DbCommandInterceptor, IDbTransactionInterceptor
    {
        public TaskCompletionSource Reached { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public TaskCompletionSource Go { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public int Transactions { get; private set; }

        public Task TransactionCommittedAsync(DbTransaction transaction, TransactionEndEventData eventData, CancellationToken cancellationToken = default)
        {
            Transactions += Reached.Task.IsCompleted ? 1 : 0; // those of the migration came before
            return Task.CompletedTask;
        }

        public override async ValueTask<InterceptionResult<int>> NonQueryExecutingAsync(
            DbCommand command, CommandEventData eventData, InterceptionResult<int> result, CancellationToken cancellationToken = default)
        {
            if (command.CommandText.Contains("INSERT INTO \"jobs\"", StringComparison.Ordinal))
            {
                Reached.TrySetResult();
                await Go.Task;
            }

            return result;
        }
    }
}
