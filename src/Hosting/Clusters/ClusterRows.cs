using System.Collections.Concurrent;
using Microsoft.EntityFrameworkCore;
using MultiPanel.Data;
using MultiPanel.Data.Clusters;

namespace MultiPanel.Hosting.Clusters;

/// <summary>Clusters' rows, read at most once in a while: every step needs one, and hardly ever has it changed.</summary>
public sealed class ClusterRows(PanelDatabase database, TimeProvider clock)
{
    /// <summary>How old a row may be: an edited credential or a removed cluster counts after this.</summary>
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(2);

    private readonly ConcurrentDictionary<int, (long At, Cluster? Row)> known = new();

    /// <returns>Null: there is none.</returns>
    public async ValueTask<Cluster?> FindAsync(int id, CancellationToken cancellation)
    {
        if (known.TryGetValue(id, out var read) && clock.GetElapsedTime(read.At) < Fresh)
        {
            return read.Row;
        }

        var now = clock.GetTimestamp();
        await using var db = database.OpenAll();
        var row = await db.Clusters.AsNoTracking().SingleOrDefaultAsync(cluster => cluster.Id == id, cancellation);
        known[id] = (now, row);
        return row;
    }
}
