using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using MultiPanel.Contracts.Orphans;
using MultiPanel.Data;
using MultiPanel.Data.Clusters;
using MultiPanel.Data.Vms;
using MultiPanel.Hosting.Vms;
using MultiPanel.Proxmox;
using MultiPanel.Proxmox.Sight;
using MultiPanel.Workers.Clusters;
using MultiPanel.Workers.Orphans;
using MultiPanel.Workers.Vms;

namespace MultiPanel.Workers.Inventory;

/// <summary>
/// One round of the inventory of one cluster: reads its list, compares what differs from the round before, and writes what
/// changed. The number of statements does not depend on the number of VMs; where nothing differs there is none.
/// </summary>
public sealed class ClusterRound(PanelDatabase database, Cluster cluster, PveClient pve, ClusterMemory memory, string installation, DateTime now, ILogger log)
{
    /// <summary>Each costs a few calls. They are drawn at random each round, so that all get their turn.</summary>
    private const int LooksARound = 20;

    /// <summary>How old <see cref="Cluster.SeenAt"/> may get while the cluster answers.</summary>
    private static readonly TimeSpan SeenEvery = TimeSpan.FromMinutes(1);

    private readonly RowWriter writer = new(database, cluster, now, log);

    /// <summary>VMIDs whose row a job has written between our reading and our writing.</summary>
    private readonly HashSet<int> overtaken = [];

    public async Task RunAsync(CancellationToken cancellation)
    {
        var everyone = ListedVm.From(await pve.Cluster.ResourcesAsync("vm", cancellation)).ToLookup(vm => Marker.IsAnothers(vm.Tags, installation));
        var (all, anothers) = (memory.WithRestarts([.. everyone[false]]), everyone[true].Select(vm => vm.VmId).ToHashSet());
        var differing = memory.Differing(all, now);
        if (differing is { Count: 0 })
        {
            return;
        }

        var version = differing is null ? (await pve.VersionAsync(cancellation)).Version : cluster.Version;
        var nodes = differing is null ? [.. (await pve.Nodes.ListAsync(cancellation)).Select(node => node.Node).Order(StringComparer.Ordinal)] : cluster.Nodes;
        var listed = differing is null ? all : [.. all.Where(vm => differing.Contains(vm.VmId))];
        await using var db = database.OpenAll();
        var orphans = await OrphanRows.ReadAsync(db, cluster.Id, now, cancellation);
        var rows = await ReadAsync(db, differing, cancellation);
        var finder = new OrphanFinder(db, cluster, pve, orphans, installation, now);

        var plain = await finder.FindStrangersAsync(listed, rows, cancellation);
        var identity = new ListedIdentity(pve, installation);
        await identity.CheckAsync(listed, rows, row => differing is not null && orphans.IsListed(OrphanKind.OwnerWithoutVm, row), now, cancellation);
        var changes = InventoryMerge.Compare(cluster, listed, rows, plain, now, identity.Others, identity.Unsure);
        await WriteAsync(changes, cancellation);
        await ForgetAsync(db, [.. changes.Missing.Where(row => !IsOurs(row))], anothers, cancellation);
        await finder.FindMissingAsync([.. changes.Missing.Where(IsOurs)], anothers, identity.Others, identity.Unsure, cancellation);
        var unfinished = await finder.FindUnfinishedAsync(cancellation);
        await orphans.WriteAsync(db, writer, cancellation);
        await WriteClusterAsync(db, version, nodes, cancellation);
        memory.Remember(all, differing, [.. changes.Open, .. overtaken, .. orphans.Vmids, .. unfinished], now);
    }

    /// <summary>Made by the panel or given to a company: its row never goes by itself.</summary>
    private static bool IsOurs(Vm row) => row.CreatedByJob is not null || row.CompanyId is not null;

    private async Task<List<Vm>> ReadAsync(PanelDb db, IReadOnlySet<int>? vmids, CancellationToken cancellation)
    {
        var rows = db.Vms.AsNoTracking().Where(vm => vm.ClusterId == cluster.Id && vm.Vmid != null);
        return await (vmids is null ? rows : rows.Where(vm => vmids.Contains(vm.Vmid!.Value))).ToListAsync(cancellation);
    }

    /// <summary>New rows come last: with the first of them the cluster counts as seen now, and by then missing VMs are marked.</summary>
    private async Task WriteAsync(InventoryChanges changes, CancellationToken cancellation)
    {
        await writer.UpdateAsync(
            changes.Changed, change => Name(change.Columns.Name, change.Row.Vmid), (db, change) => UpdateAsync(db, change, cancellation), cancellation);
        await writer.AddAsync(changes.Added, row => Name(row.Name, row.Vmid), cancellation);

        static string Name(string name, int? vmid) => $"VM {name} (VMID {vmid})";
    }

    /// <summary>A row that a job has written since it was read is left as it is; the next round compares it again.</summary>
    private async Task UpdateAsync(PanelDb db, RowChange change, CancellationToken cancellation)
    {
        var (row, columns) = change;
        List<string> tags = [.. columns.Tags];
        List<string> addresses = [.. columns.Addresses];
        List<VmDisk>? disks = columns.Disks is null ? null : [.. columns.Disks];
        var written = await db.Vms
            .Where(vm => vm.Id == row.Id && vm.Vmid == row.Vmid && vm.Status == row.Status && vm.ObservedAt == row.ObservedAt && vm.SeenAt == row.SeenAt)
            .ExecuteUpdateAsync(
                set => set
                    .SetProperty(vm => vm.Name, columns.Name)
                    .SetProperty(vm => vm.Node, columns.Node)
                    .SetProperty(vm => vm.Status, columns.Status)
                    .SetProperty(vm => vm.QemuState, columns.QemuState)
                    .SetProperty(vm => vm.Lock, columns.Lock)
                    .SetProperty(vm => vm.Pool, columns.Pool)
                    .SetProperty(vm => vm.HaState, columns.HaState)
                    .SetProperty(vm => vm.Template, columns.Template)
                    .SetProperty(vm => vm.Cores, columns.Cores)
                    .SetProperty(vm => vm.MemoryMb, columns.MemoryMb)
                    .SetProperty(vm => vm.RunningCores, columns.RunningCores)
                    .SetProperty(vm => vm.RunningMemoryMb, columns.RunningMemoryMb)
                    .SetProperty(vm => vm.DiskGb, columns.DiskGb)
                    .SetProperty(vm => vm.Disks, disks)
                    .SetProperty(vm => vm.Tags, tags)
                    .SetProperty(vm => vm.Addresses, addresses)
                    .SetProperty(vm => vm.Guest, columns.Guest)
                    .SetProperty(vm => vm.Config, columns.Config)
                    .SetProperty(vm => vm.StartedAt, columns.StartedAt)
                    .SetProperty(vm => vm.GuestDueAt, columns.GuestDueAt)
                    .SetProperty(vm => vm.GuestTries, columns.GuestTries)
                    .SetProperty(vm => vm.SeenAt, columns.SeenAt),
                cancellation);
        if (written == 0)
        {
            overtaken.Add(row.Vmid!.Value);
        }
    }

    /// <summary>
    /// A list is short also where a privilege is missing: a row goes only when Proxmox, asked for that VM, says that there is none, or when the
    /// VM turns out to be another panel's.
    /// </summary>
    private async Task ForgetAsync(PanelDb db, IReadOnlyList<Vm> missing, HashSet<int> anothers, CancellationToken cancellation)
    {
        List<int> gone = [.. missing.Where(row => anothers.Contains(row.Vmid!.Value)).Select(row => row.Id)];
        foreach (var row in missing.Where(row => !anothers.Contains(row.Vmid!.Value)).OrderBy(_ => Random.Shared.Next()).Take(LooksARound))
        {
            if (await pve.ObserveVmAsync(row.Vmid!.Value, row.Node, cancellation) is Sighting<VmSight>.Gone)
            {
                gone.Add(row.Id);
            }
        }

        if (gone.Count > 0)
        {
            await db.Vms
                .Where(vm => gone.Contains(vm.Id) && vm.CreatedByJob == null && vm.CompanyId == null
                    && !db.Templates.Any(template => template.SourceId == vm.Id)
                    && !db.Jobs.Any(job => job.TargetType == "vm" && job.TargetId == vm.Id && job.FinishedAt == null))
                .ExecuteDeleteAsync(cancellation);
        }
    }

    private async Task WriteClusterAsync(PanelDb db, string? version, List<string>? nodes, CancellationToken cancellation)
    {
        var row = db.Clusters.Where(c => c.Id == cluster.Id && c.Revision == cluster.Revision);
        if (version != cluster.Version || nodes?.SequenceEqual(cluster.Nodes ?? []) == false)
        {
            await row.ExecuteUpdateAsync(
                set => set.SetProperty(c => c.SeenAt, now).SetProperty(c => c.Version, version).SetProperty(c => c.Nodes, nodes), cancellation);
        }
        else if (cluster.SeenAt is not { } seen || now - seen >= SeenEvery)
        {
            await row.ExecuteUpdateAsync(set => set.SetProperty(c => c.SeenAt, now), cancellation);
        }
    }
}
