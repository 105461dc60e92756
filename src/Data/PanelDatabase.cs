using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace MultiPanel.Data;

/// <summary>Opens contexts on the configured database, each for one caller's scope.</summary>
public sealed class PanelDatabase
{
    /// <summary>The SQL of MySQL 8.0 runs on MariaDB 10.6+ too; naming it saves a connection at start just to ask.</summary>
    private static readonly MySqlServerVersion Dialect = new(new Version(8, 0, 21));

    private readonly Func<CallerScope, PanelDb> open;

    /// <param name="interceptors">See and may change what is sent to the database: for tests and diagnostics.</param>
    public PanelDatabase(DatabaseUrl url, params IInterceptor[] interceptors)
    {
        IsSqlite = url.IsSqlite;
        if (url.IsSqlite)
        {
            var sqlite = new DbContextOptionsBuilder<SqlitePanelDb>().UseSqlite(url.ConnectionString).AddInterceptors(interceptors).Options;
            open = scope => new SqlitePanelDb(sqlite, scope);
        }
        else
        {
            var mysql = new DbContextOptionsBuilder<MySqlPanelDb>().UseMySql(url.ConnectionString, Dialect).AddInterceptors(interceptors).Options;
            open = scope => new MySqlPanelDb(mysql, scope);
        }
    }

    public bool IsSqlite { get; }

    public PanelDb Open(CallerScope scope) => open(scope);

    /// <summary>For workers, who serve all companies.</summary>
    public PanelDb OpenAll() => open(CallerScope.Everything);

    /// <summary>Brings the schema up to this version. Several hosts may call it at once.</summary>
    public async Task MigrateAsync(CancellationToken cancellation = default)
    {
        await using var db = OpenAll();
        await db.Database.MigrateAsync(cancellation);
        if (IsSqlite)
        {
            // Readers and one writer side by side; survives a killed process, which is what NORMAL promises in WAL mode.
            await db.Database.ExecuteSqlRawAsync("PRAGMA journal_mode=WAL", cancellation);
        }
    }
}
