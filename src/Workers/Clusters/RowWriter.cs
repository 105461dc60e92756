using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using MultiPanel.Data;
using MultiPanel.Data.Clusters;

namespace MultiPanel.Workers.Clusters;

/// <summary>
/// Writes rows of one cluster, a portion in a transaction and each row by a statement of its own: one that the database
/// refuses costs itself alone, one that is gone meanwhile costs nothing.
/// </summary>
public sealed class RowWriter(PanelDatabase database, Cluster cluster, DateTime now, ILogger log)
{
    private const int Portion = 200;

    public Task UpdateAsync<T>(IEnumerable<T> rows, Func<T, string> name, Func<PanelDb, T, Task> update, CancellationToken cancellation) =>
        WriteAsync(rows, name, update, adds: false, cancellation);

    /// <summary>Adds nothing where the cluster has been deleted meanwhile.</summary>
    public Task AddAsync<T>(IEnumerable<T> rows, Func<T, string> name, CancellationToken cancellation) where T : class => WriteAsync(
        rows,
        name,
        (db, row) =>
        {
            db.Add(row);
            return db.SaveChangesAsync(cancellation);
        },
        adds: true,
        cancellation);

    private async Task WriteAsync<T>(
        IEnumerable<T> rows, Func<T, string> name, Func<PanelDb, T, Task> write, bool adds, CancellationToken cancellation)
    {
        foreach (var portion in rows.Chunk(Portion))
        {
            await using var db = database.OpenAll();
            await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
            if (adds && !await HoldClusterAsync(db, cancellation))
            {
                return;
            }

            foreach (var row in portion)
            {
                await TryAsync(db, row, name, write);
            }

            await transaction.CommitAsync(cancellation);
        }
    }

    private async Task TryAsync<T>(PanelDb db, T row, Func<T, string> name, Func<PanelDb, T, Task> write)
    {
        try
        {
            await write(db, row);
        }
        catch (DbUpdateException taken) when (DatabaseFailures.IsDuplicate(taken))
        {
            log.LogDebug(taken, "Did not add {Row} of cluster {Cluster}: another row has that VMID since it was read", name(row), cluster.Name);
        }
        catch (Exception refused) when (DatabaseFailures.IsDatabase(refused) && !DatabaseFailures.IsUnreachable(refused))
        {
            log.LogWarning(refused, "Could not write {Row} of cluster {Cluster}; trying again within a minute", name(row), cluster.Name);
        }

        db.ChangeTracker.Clear();
    }

    /// <summary>The cluster's row is held until the transaction ends; deleting the cluster begins with it.</summary>
    private async Task<bool> HoldClusterAsync(PanelDb db, CancellationToken cancellation) => await db.Clusters.Where(row => row.Id == cluster.Id)
        .ExecuteUpdateAsync(set => set.SetProperty(row => row.SeenAt, now), cancellation) == 1;
}
