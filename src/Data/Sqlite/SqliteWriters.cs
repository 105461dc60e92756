using System.Data.Common;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore.Diagnostics;
using SQLitePCL;

namespace MultiPanel.Data.Sqlite;

/// <summary>
/// Lets the transactions of this process begin one after the other, in the order in which they came. SQLite has one writer;
/// without this, those that wait for it would sleep on the threads that it needs to go on, and in no order. Other processes
/// on the same file wait for SQLite's own lock.
/// </summary>
[SuppressMessage("Design", "CA1001", Justification = "A SemaphoreSlim without a wait handle has nothing to dispose.")]
internal sealed class SqliteWriters : DbTransactionInterceptor
{
    private static readonly ConditionalWeakTable<DbTransaction, SqliteWriters> Begun = [];

    private readonly SemaphoreSlim one = new(1, 1);

    /// <summary>The next may begin. Ending it twice is harmless.</summary>
    public static void End(DbTransaction transaction)
    {
        if (Begun.Remove(transaction, out var writers))
        {
            writers.one.Release();
        }
    }

    public override InterceptionResult<DbTransaction> TransactionStarting(
        DbConnection connection, TransactionStartingEventData eventData, InterceptionResult<DbTransaction> result) =>
        Begin(connection, eventData, one.Wait(BusyTimeout(connection)));

    public override async ValueTask<InterceptionResult<DbTransaction>> TransactionStartingAsync(
        DbConnection connection, TransactionStartingEventData eventData, InterceptionResult<DbTransaction> result, CancellationToken cancellationToken = default) =>
        Begin(connection, eventData, await one.WaitAsync(BusyTimeout(connection), cancellationToken));

    private static TimeSpan BusyTimeout(DbConnection connection) => TimeSpan.FromSeconds(((SqliteConnection)connection).DefaultTimeout);

    private InterceptionResult<DbTransaction> Begin(DbConnection connection, TransactionStartingEventData eventData, bool itsTurn)
    {
        if (!itsTurn)
        {
            throw new SqliteException("The database is busy: other transactions did not end in time.", raw.SQLITE_BUSY);
        }

        try
        {
            var transaction = connection.BeginTransaction(eventData.IsolationLevel);
            Begun.Add(transaction, this);
            return InterceptionResult<DbTransaction>.SuppressWithResult(transaction);
        }
        catch
        {
            one.Release();
            throw;
        }
    }
}
