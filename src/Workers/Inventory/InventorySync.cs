using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using MultiPanel.Data;
using MultiPanel.Data.Clusters;
using MultiPanel.Data.Vms;
using MultiPanel.Hosting.Clusters;
using MultiPanel.Proxmox;
using MultiPanel.Workers.Leases;
using MultiPanel.Workers.Steps;
using StackExchange.Redis;

namespace MultiPanel.Workers.Inventory;

/// <summary>Keeps the panel's list of VMs as Proxmox has them; one worker does it. A cluster that cannot be seen keeps what is known of it.</summary>
public sealed class InventorySync(
    PanelDatabase database, ClusterClients clients, WorkerIdentity worker, IConnectionMultiplexer redis, WorkerSettings settings, TimeProvider clock,
    ILogger<InventorySync> log) : BackgroundService
{
    /// <summary>Each costs a few calls; the others' turn comes.</summary>
    private const int ForgottenACycle = 20;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var lease = new RedisLease(redis, "mp:inventory:lease", worker.Id, settings.InventoryCycle * 2);
        using var timer = new PeriodicTimer(settings.InventoryCycle, clock);
        do
        {
            try
            {
                if (await lease.HoldAsync())
                {
                    await using var db = database.OpenAll();
                    await Task.WhenAll((await db.Clusters.AsNoTracking().ToListAsync(stoppingToken)).Select(cluster => SyncAsync(cluster, stoppingToken)));
                }
            }
            catch (Exception failure) when (failure is not OperationCanceledException)
            {
                log.LogWarning("The inventory could not be read now: {Reason}", failure.Message);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    /// <summary>A list is short also where a privilege is missing: a row goes only when Proxmox, asked for that VM, says that there is none.</summary>
    private static async Task ForgetAsync(PanelDb db, PveClient pve, IReadOnlyList<Vm> missing, CancellationToken cancellation)
    {
        foreach (var vm in missing.Take(ForgottenACycle))
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
            var now = clock.GetUtcNow().UtcDateTime;
            var missing = InventoryMerge.Merge(
                db, cluster.Id, resources, await db.Vms.Where(vm => vm.ClusterId == cluster.Id).ToListAsync(cancellation), now);
            await db.SaveChangesAsync(cancellation);
            await ForgetAsync(db, pve, missing, cancellation);
            await db.Clusters.Where(c => c.Id == cluster.Id)
                .ExecuteUpdateAsync(set => set.SetProperty(c => c.SeenAt, now).SetProperty(c => c.Version, version), cancellation);
        }
        catch (PveException away)
        {
            log.LogWarning("Cluster {Cluster} cannot be seen now: {Reason}", cluster.Name, away.Message);
        }
        catch (DbUpdateException race)
        {
            // A job wrote the same row; the next cycle sees it.
            log.LogDebug(race, "The inventory of cluster {Cluster} is taken up again", cluster.Name);
        }
    }
}
