using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using MultiPanel.Data;
using MultiPanel.Data.Clusters;
using MultiPanel.Data.Installations;
using MultiPanel.Hosting.Clusters;
using MultiPanel.Progress;
using MultiPanel.Proxmox.Errors;
using MultiPanel.Workers.Liveness;
using StackExchange.Redis;

namespace MultiPanel.Workers.Inventory;

/// <summary>
/// Keeps the panel's list of VMs as Proxmox has them; one worker does it. What is known of a cluster that cannot be read
/// stays.
/// </summary>
public sealed class InventorySync(
    PanelDatabase database, ClusterClients clients, ClusterKeys keys, WorkerIdentity worker, IConnectionMultiplexer redis, WorkerSettings settings,
    InstallationKey installation, TimeProvider clock, ILogger<InventorySync> log) : LeasedService("inventory", settings.InventoryCycle, redis, worker, clock, log)
{
    /// <summary>How long a round waits for clusters that are slow to answer; they go on meanwhile.</summary>
    private static readonly TimeSpan SlowClusters = TimeSpan.FromSeconds(10);

    private readonly Dictionary<int, (ClusterMemory Memory, Task Round)> known = [];

    /// <summary>Completes when the rounds of all clusters have, the slow ones' too.</summary>
    internal Task AllRead => Task.WhenAll(known.Values.Select(entry => entry.Round));

    public override async Task RunOnceAsync(CancellationToken cancellation)
    {
        await using var db = database.OpenAll();
        var clusters = await db.Clusters.AsNoTracking().ToListAsync(cancellation);
        foreach (var cluster in clusters)
        {
            // A cluster that hangs must not hold up the others.
            var (memory, last) = known.GetValueOrDefault(cluster.Id, (new ClusterMemory(), Task.CompletedTask));
            if (last.IsCompleted)
            {
                known[cluster.Id] = (memory, ReadAsync(cluster, memory, cancellation));
            }
        }

        await Task.WhenAny(AllRead, Task.Delay(SlowClusters, Clock, cancellation));
        await ForgetDeletedAsync([.. clusters.Select(cluster => cluster.Id)]);
    }

    /// <summary>The API has deleted their keys already; a round of this or another service may have written some after that.</summary>
    private async Task ForgetDeletedAsync(HashSet<int> clusters)
    {
        foreach (var deleted in known.Where(entry => !clusters.Contains(entry.Key) && entry.Value.Round.IsCompleted).Select(entry => entry.Key).ToList())
        {
            await keys.DeleteAsync(deleted);
            known.Remove(deleted);
        }
    }

    private async Task ReadAsync(Cluster cluster, ClusterMemory memory, CancellationToken cancellation)
    {
        try
        {
            await new ClusterRound(database, cluster, clients.For(cluster), memory, await installation.ReadAsync(cancellation), Clock.GetUtcNow().UtcDateTime, Log).RunAsync(cancellation);
        }
        catch (PveException unread)
        {
            Log.LogWarning("Could not read the inventory of cluster {Cluster}; retrying in the next round: {Reason}", cluster.Name, unread.Message);
        }
        catch (Exception failure) when (DatabaseFailures.IsUnreachable(failure))
        {
            Log.LogWarning("Could not write the inventory of cluster {Cluster}; retrying in the next round: {Reason}", cluster.Name, failure.Message);
        }
        catch (Exception failure) when (!cancellation.IsCancellationRequested)
        {
            Log.LogWarning(failure, "Could not bring the inventory of cluster {Cluster} up to date; retrying in the next round", cluster.Name);
        }
    }
}
