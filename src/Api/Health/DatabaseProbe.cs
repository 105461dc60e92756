using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using MultiPanel.Data;
using SQLitePCL;

namespace MultiPanel.Api.Health;

/// <summary>Writes to the database without leaving anything behind: it answers whether a command could be stored now.</summary>
internal sealed class DatabaseProbe(PanelDatabase database, TimeProvider clock)
{
    /// <summary>How long a statement may wait for a lock; less than the whole question may take (<see cref="Dependencies"/>).</summary>
    private const int LimitSeconds = 1;

    /// <summary>As long as our own statements wait for SQLite's lock (<see cref="DatabaseUrl"/>); a lock held longer makes commands fail.</summary>
    private static readonly TimeSpan LongestLock = TimeSpan.FromSeconds(30);

    private DateTimeOffset? lockedSince;

    /// <exception cref="Exception">Whatever the driver throws: the database is unreachable, read-only, full or locked.</exception>
    public async Task WriteAsync(CancellationToken cancellation)
    {
        await using var db = database.OpenAll();
        db.Database.SetCommandTimeout(LimitSeconds);
        if (database.IsSqlite)
        {
            await WriteSqliteAsync(db, cancellation);
        }
        else
        {
            await WriteMySqlAsync(db, cancellation);
        }
    }

    /// <summary>
    /// The user version lies in the database's first page. SQLite does not compare: it writes the page, through the WAL and with
    /// an fsync, though the value stays the same. A full disk is SQLITE_FULL here, as it is for a command.
    /// </summary>
    private async Task WriteSqliteAsync(PanelDb db, CancellationToken cancellation)
    {
        try
        {
            await db.Database.OpenConnectionAsync(cancellation);
            var version = (await db.Database.SqlQueryRaw<int>("SELECT user_version AS Value FROM pragma_user_version").ToListAsync(cancellation)).Single();
            // A pragma takes no parameters.
            await db.Database.ExecuteSqlRawAsync("PRAGMA user_version = " + version.ToString(System.Globalization.CultureInfo.InvariantCulture), cancellation);
            lockedSince = null;
        }
        catch (SqliteException busy) when (busy.SqliteErrorCode is raw.SQLITE_BUSY or raw.SQLITE_LOCKED && IsShort())
        {
            // Another writer is at work, which says as much as a write of our own.
        }
    }

    private bool IsShort()
    {
        lockedSince ??= clock.GetUtcNow();
        return clock.GetUtcNow() - lockedSince < LongestLock;
    }

    /// <summary>
    /// Changes a row of EF's own table and changes it back in one transaction. An UPDATE that changes nothing would not be written;
    /// two that cancel each other are: InnoDB's redo log and the binary log take them at the commit. It fails, or waits, on a
    /// read-only replica, under a global read lock, and where the log's disk is full. What it cannot see is a tablespace that
    /// can no longer grow while its free pages last; commands are stored in those too.
    /// </summary>
    private static async Task WriteMySqlAsync(PanelDb db, CancellationToken cancellation)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        var id = (await db.Database.SqlQueryRaw<string>("SELECT MigrationId AS Value FROM __EFMigrationsHistory ORDER BY MigrationId LIMIT 1").ToListAsync(cancellation)).Single();
        await db.Database.ExecuteSqlAsync($"UPDATE __EFMigrationsHistory SET ProductVersion = CONCAT('~', ProductVersion) WHERE MigrationId = {id}", cancellation);
        await db.Database.ExecuteSqlAsync($"UPDATE __EFMigrationsHistory SET ProductVersion = SUBSTRING(ProductVersion, 2) WHERE MigrationId = {id}", cancellation);
        await transaction.CommitAsync(cancellation);
    }
}
