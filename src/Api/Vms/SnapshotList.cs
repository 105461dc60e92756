using Microsoft.EntityFrameworkCore;
using MultiPanel.Contracts.Vms;
using MultiPanel.Data;
using MultiPanel.Data.Installations;
using MultiPanel.Data.Vms;
using MultiPanel.Hosting.Clusters;

namespace MultiPanel.Api.Vms;

/// <summary>Reads a VM's snapshots from Proxmox. Their names are its company's alone, so its config is looked at first: a VMID is used again.</summary>
internal sealed class SnapshotList(PanelDatabase database, ClusterClients clients, InstallationKey installation)
{
    public async Task<IReadOnlyList<SnapshotView>> ReadAsync(Vm vm, CancellationToken cancellation)
    {
        VmChecks.CheckThere(vm);
        await using var db = database.OpenAll();
        var cluster = await db.Clusters.AsNoTracking().SingleAsync(cluster => cluster.Id == vm.ClusterId, cancellation);
        var pve = clients.For(cluster);
        var seen = SameVm.Require(
            await pve.ObserveConfigAsync(vm.Vmid!.Value, vm.Node, cancellation), vm, cluster.Name, await installation.ReadAsync(cancellation));
        var snapshots = await pve.Qemu.SnapshotsAsync(seen.Node, vm.Vmid.Value, cancellation);
        return [.. snapshots.Where(snapshot => !snapshot.IsCurrent).Select(snapshot => new SnapshotView(
            snapshot.Name, snapshot.Description, snapshot.Time?.UtcDateTime, snapshot.VmState, snapshot.Parent))];
    }
}
