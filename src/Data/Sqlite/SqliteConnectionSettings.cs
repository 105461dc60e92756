using System.Data.Common;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore.Diagnostics;
using SQLitePCL;

namespace MultiPanel.Data.Sqlite;

/// <summary>Settings that SQLite keeps for each connection and not in the file.</summary>
internal sealed class SqliteConnectionSettings : DbConnectionInterceptor
{
    public override void ConnectionOpened(DbConnection connection, ConnectionEndEventData eventData) => Apply((SqliteConnection)connection);

    public override Task ConnectionOpenedAsync(DbConnection connection, ConnectionEndEventData eventData, CancellationToken cancellationToken = default)
    {
        Apply((SqliteConnection)connection);
        return Task.CompletedTask;
    }

    private static void Apply(SqliteConnection connection)
    {
        // SQLite itself waits for another writer in steps of 1 to 100 ms; Microsoft.Data.Sqlite would sleep 150 ms each time.
        raw.sqlite3_busy_timeout(connection.Handle, (int)TimeSpan.FromSeconds(connection.DefaultTimeout).TotalMilliseconds);
        // In WAL mode a killed process loses nothing, and a power cut the last commits but never the file (sqlite.org/wal.html).
        // FULL, the default, waits for the disk at each commit.
        var result = raw.sqlite3_exec(connection.Handle, "PRAGMA synchronous=NORMAL");
        SqliteException.ThrowExceptionForRC(result, connection.Handle);
    }
}
