using System.Data.Common;
using System.Net.Sockets;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using MySqlConnector;
using SQLitePCL;

namespace MultiPanel.Data;

/// <summary>Distinguishes a database that is unreachable, or not yet migrated, from a fault in our code.</summary>
public static class DatabaseFailures
{
    public static bool IsUnreachable(Exception failure) => Causes(failure).Any(cause => cause switch
    {
        SqliteException sqlite => sqlite.SqliteErrorCode is raw.SQLITE_BUSY or raw.SQLITE_LOCKED or raw.SQLITE_CANTOPEN or raw.SQLITE_IOERR
            or raw.SQLITE_READONLY or raw.SQLITE_NOTADB || sqlite.Message.Contains("no such table", StringComparison.Ordinal),
        MySqlException mysql => mysql.IsTransient || mysql.InnerException is SocketException or IOException or TimeoutException
            || mysql.ErrorCode is MySqlErrorCode.UnableToConnectToHost or MySqlErrorCode.AccessDenied or MySqlErrorCode.UnknownDatabase
                or MySqlErrorCode.NoSuchTable or MySqlErrorCode.ServerShutdown or MySqlErrorCode.CommandTimeoutExpired
                or MySqlErrorCode.ConnectionCountError or MySqlErrorCode.OptionPreventsStatement,
        _ => IsBrokenConnection(cause),
    }) || IsFull(failure);

    /// <summary>Nothing can be stored until its disk has room again.</summary>
    public static bool IsFull(Exception failure) => Causes(failure).Any(cause => cause switch
    {
        SqliteException sqlite => sqlite.SqliteErrorCode == raw.SQLITE_FULL,
        MySqlException mysql => mysql.ErrorCode is MySqlErrorCode.DiskFull or MySqlErrorCode.RecordFileFull or MySqlErrorCode.ErrorOnWrite,
        _ => false,
    });

    /// <summary>Another row has the value already.</summary>
    public static bool IsDuplicate(Exception failure) => (failure is DbUpdateException ? failure.InnerException : failure) switch
    {
        SqliteException sqlite => sqlite.SqliteErrorCode == raw.SQLITE_CONSTRAINT,
        MySqlException mysql => mysql.ErrorCode == MySqlErrorCode.DuplicateKeyEntry,
        _ => false,
    };

    /// <summary>Any error that comes from a database.</summary>
    public static bool IsDatabase(Exception failure) => Causes(failure).Any(cause => cause is DbException || IsBrokenConnection(cause));

    /// <summary>
    /// What comes out of MySqlConnector when the server goes in the middle of an answer is no <see cref="MySqlException"/>, but
    /// the socket's own failure.
    /// </summary>
    private static bool IsBrokenConnection(Exception cause) => cause is MySqlProtocolException
        || (cause is InvalidOperationException && cause.Message.StartsWith("Connection must be Open; current state is ", StringComparison.Ordinal))
        || (cause is IOException or SocketException && cause.StackTrace?.Contains(" MySqlConnector.", StringComparison.Ordinal) == true);

    private static IEnumerable<Exception> Causes(Exception failure)
    {
        for (var cause = failure; cause is not null; cause = cause.InnerException)
        {
            yield return cause;
        }
    }
}
