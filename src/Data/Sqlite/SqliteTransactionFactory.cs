using System.Data.Common;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.EntityFrameworkCore.Storage;
using SQLitePCL;

namespace MultiPanel.Data.Sqlite;

/// <summary>
/// Transactions whose disposal never hides why they failed. A full disk makes SQLite end a transaction in its COMMIT;
/// Microsoft.Data.Sqlite does not notice and rolls back once more, which fails with "cannot rollback - no transaction is
/// active" in place of "database or disk is full".
/// </summary>
internal sealed class SqliteTransactionFactory(RelationalTransactionFactoryDependencies dependencies) : RelationalTransactionFactory(dependencies)
{
    public override RelationalTransaction Create(
        IRelationalConnection connection, DbTransaction transaction, Guid transactionId,
        IDiagnosticsLogger<DbLoggerCategory.Database.Transaction> logger, bool transactionOwned) =>
        new EndedOnce(connection, (SqliteTransaction)transaction, transactionId, logger, transactionOwned, Dependencies.SqlGenerationHelper);

    private sealed class EndedOnce(
        IRelationalConnection connection, SqliteTransaction transaction, Guid transactionId,
        IDiagnosticsLogger<DbLoggerCategory.Database.Transaction> logger, bool transactionOwned, ISqlGenerationHelper sql)
        : RelationalTransaction(connection, transaction, transactionId, logger, transactionOwned, sql)
    {
        public override void Dispose()
        {
            BeginIfEnded();
            base.Dispose();
            SqliteWriters.End(transaction);
        }

        public override async ValueTask DisposeAsync()
        {
            BeginIfEnded();
            await base.DisposeAsync();
            SqliteWriters.End(transaction);
        }

        /// <summary>After the commit or the rollback, before the disposal.</summary>
        protected override void ClearTransaction()
        {
            base.ClearTransaction();
            SqliteWriters.End(transaction);
        }

        protected override async Task ClearTransactionAsync(CancellationToken cancellationToken = default)
        {
            await base.ClearTransactionAsync(cancellationToken);
            SqliteWriters.End(transaction);
        }

        /// <summary>An empty transaction, which takes no lock, for the rollback to end.</summary>
        private void BeginIfEnded()
        {
            // A connection is there only until the commit or the rollback; autocommit is on outside of transactions.
            if (transaction.Connection is { Handle: { } handle } && raw.sqlite3_get_autocommit(handle) != 0)
            {
                raw.sqlite3_exec(handle, "BEGIN");
            }
        }
    }
}
