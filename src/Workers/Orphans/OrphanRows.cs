using Microsoft.EntityFrameworkCore;
using MultiPanel.Contracts.Orphans;
using MultiPanel.Data;
using MultiPanel.Data.Orphans;
using MultiPanel.Data.Vms;
using MultiPanel.Workers.Clusters;

namespace MultiPanel.Workers.Orphans;

/// <summary>The orphans of one cluster: read when a round begins, written when it ends, and only what changed.</summary>
public sealed class OrphanRows
{
    /// <summary>How old <see cref="Orphan.SeenAt"/> may get while nothing else of the row changes.</summary>
    private static readonly TimeSpan SeenEvery = TimeSpan.FromMinutes(1);

    private readonly List<Orphan> rows;
    private readonly DateTime now;
    private readonly HashSet<Orphan> seen = [], changed = [], added = [];
    private readonly List<int> settled = [];

    private OrphanRows(List<Orphan> rows, DateTime now) => (this.rows, this.now) = (rows, now);

    public IEnumerable<int> Vmids => rows.Select(orphan => orphan.Vmid);

    public static async Task<OrphanRows> ReadAsync(PanelDb db, int cluster, DateTime now, CancellationToken cancellation) =>
        new(await db.Orphans.AsNoTracking().Where(orphan => orphan.ClusterId == cluster).ToListAsync(cancellation), now);

    /// <returns>Null: that VMID is no orphan.</returns>
    public Orphan? Find(int vmid) => rows.Find(orphan => orphan.Vmid == vmid);

    public bool IsListed(OrphanKind kind, Vm vm) => rows.Exists(orphan => orphan.Kind == kind && orphan.OwnerId == vm.Id);

    /// <summary>Those of that kind that this round has not found to be so, yet.</summary>
    public IReadOnlyList<Orphan> Unseen(OrphanKind kind) => rows.FindAll(orphan => orphan.Kind == kind && !seen.Contains(orphan));

    public void Add(Orphan orphan)
    {
        rows.Add(orphan);
        added.Add(orphan);
        seen.Add(orphan);
    }

    /// <summary>It is still so; this is what is known of it now.</summary>
    public void See(Orphan orphan, OrphanKind kind, string? node, string? name, int? owner, string message)
    {
        seen.Add(orphan);
        if ((orphan.Kind, orphan.Node, orphan.Name, orphan.OwnerId, orphan.Message) != (kind, node, name, owner, message))
        {
            (orphan.Kind, orphan.Node, orphan.Name, orphan.OwnerId, orphan.Message) = (kind, node, name, owner, message);
            changed.Add(orphan);
        }
    }

    /// <summary>Lists a row of the panel as an orphan, or renews what is listed of it.</summary>
    /// <param name="vm">With a VMID.</param>
    public void List(OrphanKind kind, Vm vm, string message)
    {
        if (Find(vm.Vmid!.Value) is { } known)
        {
            See(known, kind, known.Node, known.Name, vm.Id, message);
            return;
        }

        Add(new Orphan
        {
            Kind = kind,
            ClusterId = vm.ClusterId,
            Vmid = vm.Vmid!.Value,
            Node = vm.Node,
            Name = vm.Name,
            OwnerId = vm.Id,
            JobId = vm.CreatedByJob,
            CompanyId = vm.CompanyId,
            Uuid = vm.Uuid,
            Message = message,
            FoundAt = now,
            SeenAt = now,
        });
    }

    public void Settle(Orphan orphan)
    {
        rows.Remove(orphan);
        settled.Add(orphan.Id);
    }

    public async Task WriteAsync(PanelDb db, RowWriter writer, CancellationToken cancellation)
    {
        if (settled.Count > 0)
        {
            await db.Orphans.Where(orphan => settled.Contains(orphan.Id)).ExecuteDeleteAsync(cancellation);
        }

        List<int> again = [.. seen.Where(orphan => !added.Contains(orphan) && !changed.Contains(orphan) && now - orphan.SeenAt >= SeenEvery).Select(orphan => orphan.Id)];
        if (again.Count > 0)
        {
            await db.Orphans.Where(orphan => again.Contains(orphan.Id))
                .ExecuteUpdateAsync(set => set.SetProperty(orphan => orphan.SeenAt, now), cancellation);
        }

        await writer.UpdateAsync(changed.Except(added), Name, (to, orphan) => UpdateAsync(to, orphan, cancellation), cancellation);
        await writer.AddAsync(added, Name, cancellation);
    }

    private static string Name(Orphan orphan) => $"the orphan with VMID {orphan.Vmid}";

    private Task<int> UpdateAsync(PanelDb db, Orphan orphan, CancellationToken cancellation) => db.Orphans.Where(row => row.Id == orphan.Id)
        .ExecuteUpdateAsync(
            set => set
                .SetProperty(row => row.Kind, orphan.Kind)
                .SetProperty(row => row.Node, orphan.Node)
                .SetProperty(row => row.Name, orphan.Name)
                .SetProperty(row => row.OwnerId, orphan.OwnerId)
                .SetProperty(row => row.Message, orphan.Message)
                .SetProperty(row => row.SeenAt, now),
            cancellation);
}
