using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using MultiPanel.Data;
using MultiPanel.Data.Clusters;
using MultiPanel.Data.Vms;
using MultiPanel.Hosting.Clusters;
using MultiPanel.Proxmox;
using MultiPanel.Proxmox.Errors;
using MultiPanel.Proxmox.Sight;
using MultiPanel.Workers.Liveness;
using MultiPanel.Workers.Orphans;
using StackExchange.Redis;

namespace MultiPanel.Workers.Inventory;

/// <summary>Keeps the panel's list of VMs as Proxmox has them; one worker does it. A cluster that cannot be seen keeps what is known of it.</summary>
public sealed class InventorySync(
    PanelDatabase database, ClusterClients clients, WorkerIdentity worker, IConnectionMultiplexer redis, WorkerSettings settings, TimeProvider clock,
    ILogger<InventorySync> log) : LeasedService("inventory", settings.InventoryCycle, redis, worker, clock, log)
{
    /// <summary>Each costs a few calls; drawn anew each cycle, so the others' turn comes.</summary>
    private const int ForgottenACycle = 20;

    /// <summary>How long a round waits for clusters that are slow to answer; they go on meanwhile.</summary>
    private static readonly TimeSpan SlowClusters = TimeSpan.FromSeconds(10);

    private readonly Dictionary<int, Task> looking = [];

    public override async Task RunOnceAsync(CancellationToken cancellation)
    {
        await using var db = database.OpenAll();
        foreach (var cluster in await db.Clusters.AsNoTracking().ToListAsync(cancellation))
        {
            // A cluster that hangs must not hold up the others.
            if (!looking.TryGetValue(cluster.Id, out var last) || last.IsCompleted)
            {
                looking[cluster.Id] = SyncAsync(cluster, cancellation);
            }
        }

        await Task.WhenAny(Task.WhenAll(looking.Values), Task.Delay(SlowClusters, Clock, cancellation));
    }

    /// <summary>Made by the panel or given to a company: its row never goes by itself.</summary>
    private static bool IsOurs(Vm vm) => vm.CreatedByJob is not null || vm.CompanyId is not null;

    /// <summary>A list is short also where a privilege is missing: a row goes only when Proxmox, asked for that VM, says that there is none.</summary>
    private static async Task ForgetAsync(PanelDb db, PveClient pve, IReadOnlyList<Vm> missing, CancellationToken cancellation)
    {
        foreach (var vm in missing.OrderBy(_ => Random.Shared.Next()).Take(ForgottenACycle))
        {
            if (await pve.ObserveVmAsync(vm.Vmid!.Value, vm.Node, cancellation) is Sighting<VmSight>.Gone
                && !await db.Templates.AnyAsync(template => template.SourceId == vm.Id, cancellation)
                && !await db.Jobs.AnyAsync(job => job.TargetType == "vm" && job.TargetId == vm.Id && job.FinishedAt == null, cancellation))
            {
                db.Vms.Remove(vm);
            }
        }

        await db.SaveChangesAsync(cancellation);
    }

    private async Task SyncAsync(Cluster cluster, CancellationToken cancellation)
    {
        try
        {
            var pve = clients.For(cluster);
            var resources = await pve.Cluster.ResourcesAsync("vm", cancellation);
            var version = cluster.Version ?? (await pve.VersionAsync(cancellation)).Version;
            await using var db = database.OpenAll();
            var now = Clock.GetUtcNow().UtcDateTime;
            var orphans = new OrphanFinder(db, cluster, pve, now);
            var rows = await db.Vms.Where(vm => vm.ClusterId == cluster.Id).ToListAsync(cancellation);
            var missing = InventoryMerge.Merge(
                db, cluster.Id, resources, rows, await orphans.StrangersAsync(resources, rows, cancellation), now);
            await db.SaveChangesAsync(cancellation);
            await ForgetAsync(db, pve, [.. missing.Where(vm => !IsOurs(vm))], cancellation);
            await orphans.MissingAsync([.. missing.Where(IsOurs)], cancellation);
            await orphans.UnfinishedAsync(cancellation);
            await db.SaveChangesAsync(cancellation);
            await db.Clusters.Where(c => c.Id == cluster.Id)
                .ExecuteUpdateAsync(set => set.SetProperty(c => c.SeenAt, now).SetProperty(c => c.Version, version), cancellation);
        }
        catch (PveException away)
        {
            Log.LogWarning("Cluster {Cluster} cannot be seen now: {Reason}", cluster.Name, away.Message);
        }
        catch (DbUpdateException race)
        {
            // A job wrote the same row; the next cycle sees it.
            Log.LogDebug(race, "The inventory of cluster {Cluster} is taken up again", cluster.Name);
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            Log.LogWarning("The inventory of cluster {Cluster} could not be written; the next round tries again: {Reason}", cluster.Name, failure.Message);
        }
    }
}
