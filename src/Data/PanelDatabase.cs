using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Storage;
using MultiPanel.Data.MySql;
using MultiPanel.Data.Sqlite;

namespace MultiPanel.Data;

/// <summary>
/// Opens contexts on the configured database, each for one caller's scope. Contexts are pooled, which halves what a small
/// query costs; companies' contexts have a pool of their own, so that no mistake can turn one into a context that sees everything.
/// </summary>
public sealed class PanelDatabase
{
    /// <summary>Contexts kept for reuse in each pool; more than are ever open at once in one host.</summary>
    private const int PoolSize = 256;

    /// <summary>The SQL of MySQL 8.0 runs on MariaDB 10.6+ too; naming it saves a connection at start just to ask.</summary>
    private static readonly MySqlServerVersion Dialect = new(new Version(8, 0, 21));

    private readonly Func<PanelDb> everything, tenants;

    /// <param name="url">Where the database is.</param>
    /// <param name="interceptors">See every statement; for tests that count them or let them fail.</param>
    public PanelDatabase(DatabaseUrl url, params IInterceptor[] interceptors)
    {
        IsSqlite = url.IsSqlite;
        if (url.IsSqlite)
        {
            var writers = new SqliteWriters();
            void Configure(DbContextOptionsBuilder options) => options.UseSqlite(url.ConnectionString)
                .ReplaceService<IRelationalTransactionFactory, SqliteTransactionFactory>()
                .AddInterceptors([new SqliteConnectionSettings(), writers, .. interceptors]);
            (everything, tenants) = (Pool<SqlitePanelDb>(Configure), Pool<SqliteTenantDb>(Configure));
        }
        else
        {
            void Configure(DbContextOptionsBuilder options) => options.UseMySql(url.ConnectionString, Dialect)
                .AddInterceptors([new LostConnections(), .. interceptors]);
            (everything, tenants) = (Pool<MySqlPanelDb>(Configure), Pool<MySqlTenantDb>(Configure));
        }
    }

    public bool IsSqlite { get; }

    public PanelDb Open(CallerScope scope)
    {
        var db = scope.All ? everything() : tenants();
        db.Lease(scope);
        return db;
    }

    /// <summary>For workers, who serve all companies.</summary>
    public PanelDb OpenAll() => Open(CallerScope.Everything);

    /// <summary>
    /// Brings the schema up to this version. Several hosts may call it at once. SQLite gets no statistics (ANALYZE): they hold
    /// averages, by which a few open jobs look like a sixth of the table, and plans become worse than without any.
    /// </summary>
    public async Task MigrateAsync(CancellationToken cancellation = default)
    {
        await using var db = OpenAll();
        if (IsSqlite)
        {
            // Readers and one writer side by side. The file remembers it.
            await db.Database.ExecuteSqlRawAsync("PRAGMA journal_mode=WAL", cancellation);
        }

        await db.Database.MigrateAsync(cancellation);
    }

    private static Func<TContext> Pool<TContext>(Action<DbContextOptionsBuilder> configure) where TContext : PanelDb
    {
        var options = new DbContextOptionsBuilder<TContext>();
        configure(options);
        return new PooledDbContextFactory<TContext>(options.Options, PoolSize).CreateDbContext;
    }
}
