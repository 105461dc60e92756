using System.Data;
using System.Data.Common;
using Microsoft.EntityFrameworkCore.Diagnostics;
using MySqlConnector;

namespace MultiPanel.Data.MySql;

/// <summary>
/// Finds pooled connections that a restart of the server has cut, which no reset finds any more (<see cref="DatabaseUrl"/>):
/// the first connection after a pause is pinged, and one that breaks in use takes the others of its age with it.
/// </summary>
internal sealed class LostConnections : DbCommandInterceptor, IDbConnectionInterceptor
{
    /// <summary>Less than a restart takes: a MariaDB with little data is back within a second after a kill.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    private long opened;

    public void ConnectionOpened(DbConnection connection, ConnectionEndEventData eventData)
    {
        if (PausedBefore() && !((MySqlConnection)connection).Ping())
        {
            Clear(connection);
            connection.Close();
            connection.Open();
        }
    }

    public async Task ConnectionOpenedAsync(DbConnection connection, ConnectionEndEventData eventData, CancellationToken cancellationToken = default)
    {
        if (PausedBefore() && !await ((MySqlConnection)connection).PingAsync(cancellationToken))
        {
            Clear(connection);
            await connection.CloseAsync();
            await connection.OpenAsync(cancellationToken);
        }
    }

    public override void CommandFailed(DbCommand command, CommandErrorEventData eventData) => ClearIfBroken(command.Connection);

    public override Task CommandFailedAsync(DbCommand command, CommandErrorEventData eventData, CancellationToken cancellationToken = default)
    {
        ClearIfBroken(command.Connection);
        return Task.CompletedTask;
    }

    private bool PausedBefore()
    {
        var now = Environment.TickCount64;
        return now - Interlocked.Exchange(ref opened, now) > Pause.TotalMilliseconds;
    }

    private static void ClearIfBroken(DbConnection? connection)
    {
        if (connection is { State: not ConnectionState.Open })
        {
            Clear(connection);
        }
    }

    private static void Clear(DbConnection connection) => MySqlConnection.ClearPool((MySqlConnection)connection);
}
