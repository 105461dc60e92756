using Microsoft.EntityFrameworkCore;
using MultiPanel.Contracts.Vms;
using MultiPanel.Data;
using MultiPanel.Data.Vms;
using MultiPanel.Hosting.Clusters;
using MultiPanel.Proxmox;
using MultiPanel.Proxmox.Errors;
using MultiPanel.Proxmox.Qemu;
using MultiPanel.Proxmox.Sight;

namespace MultiPanel.Api.Vms;

/// <summary>Reads a VM's snapshots from Proxmox.</summary>
internal sealed class SnapshotList(PanelDatabase database, ClusterClients clients)
{
    public async Task<IReadOnlyList<SnapshotView>> ReadAsync(Vm vm, CancellationToken cancellation)
    {
        VmChecks.CheckThere(vm);
        await using var db = database.OpenAll();
        var client = clients.For(await db.Clusters.AsNoTracking().SingleAsync(cluster => cluster.Id == vm.ClusterId, cancellation));
        var snapshots = await ReadAsync(client, vm.Vmid!.Value, vm.Node, cancellation);
        return [.. snapshots.Where(snapshot => !snapshot.IsCurrent).Select(snapshot => new SnapshotView(
            snapshot.Name, snapshot.Description, snapshot.Time?.UtcDateTime, snapshot.VmState, snapshot.Parent))];
    }

    /// <summary>It may have moved since the inventory last saw it.</summary>
    private static async Task<IReadOnlyList<QemuSnapshot>> ReadAsync(PveClient client, int vmid, string? node, CancellationToken cancellation)
    {
        try
        {
            if (node is not null)
            {
                return await client.Qemu.SnapshotsAsync(node, vmid, cancellation);
            }
        }
        catch (PveNotFoundException)
        {
            // Looked for below.
        }

        return await client.ObserveVmAsync(vmid, null, cancellation) switch
        {
            Sighting<VmSight>.Exists vm => await client.Qemu.SnapshotsAsync(vm.Value.Node, vmid, cancellation),
            Sighting<VmSight>.Unknown unknown => throw unknown.Why,
            _ => throw new PveNotFoundException(new PveFault("GET", $"qemu/{vmid}", $"VM {vmid} does not exist"), PveMissing.Vm),
        };
    }
}
