using Microsoft.EntityFrameworkCore;
using MultiPanel.Contracts.Workflows;
using MultiPanel.Data.Vms;

namespace MultiPanel.Data.Companies;

/// <summary>
/// A company's usage, read once. What further commands would add to it is computed without asking the database again, so that
/// a thousand commands cost as many queries as one.
/// </summary>
public sealed class UsageLedger
{
    private readonly Dictionary<int, (Vm Vm, IReadOnlyList<WantedSize> Sizes)> growing;

    private UsageLedger(Usage total, Dictionary<int, (Vm, IReadOnlyList<WantedSize>)> growing) => (Total, this.growing) = (total, growing);

    /// <summary>What the company has, and what its unfinished jobs and the commands added here will make of it.</summary>
    public Usage Total { get; private set; }

    /// <param name="db">In a transaction that holds the company's row, where something follows from the count.</param>
    /// <param name="company">The company's id.</param>
    /// <param name="vms">The ids of VMs that <see cref="With(int,WantedSize)"/> will be asked about.</param>
    /// <param name="cancellation">Stops the queries.</param>
    /// <param name="except">A job that is not counted: the one that asks what it may have. Null: all are.</param>
    public static async Task<UsageLedger> ReadAsync(
        PanelDb db, int company, IReadOnlyCollection<int> vms, CancellationToken cancellation, Guid? except = null)
    {
        var rows = await db.Vms.IgnoreQueryFilters()
            .Where(vm => vm.CompanyId == company)
            .GroupBy(vm => 1)
            .Select(all => new Usage(
                all.Sum(vm => vm.Template ? 0 : 1),
                all.Sum(vm => vm.Template ? 0L : (vm.RunningCores ?? 0) > (vm.Cores ?? 0) ? (long)(vm.RunningCores ?? 0) : (long)(vm.Cores ?? 0)),
                all.Sum(vm => vm.Template ? 0L : (vm.RunningMemoryMb ?? 0) > (vm.MemoryMb ?? 0) ? (long)(vm.RunningMemoryMb ?? 0) : (long)(vm.MemoryMb ?? 0)),
                all.Sum(vm => vm.DiskGb ?? 0)))
            .SingleOrDefaultAsync(cancellation) ?? Usage.None;
        var jobs = await db.Jobs.IgnoreQueryFilters().AsNoTracking()
            .Where(job => job.CompanyId == company && job.GrowsTo != null && job.TargetId != null && job.Id != except)
            .Select(job => new { job.TargetId, job.GrowsTo, job.FinishedAt })
            .ToListAsync(cancellation);
        var sizes = jobs.Where(job => job.FinishedAt is null).ToLookup(job => job.TargetId!.Value, job => job.GrowsTo!);
        var ids = sizes.Select(vm => vm.Key).Union(vms).ToList();
        var found = ids.Count == 0
            ? []
            : await db.Vms.IgnoreQueryFilters().AsNoTracking().Where(vm => ids.Contains(vm.Id) && vm.CompanyId == company).ToListAsync(cancellation);
        var growing = found.ToDictionary(vm => vm.Id, vm => (vm, (IReadOnlyList<WantedSize>)[.. sizes[vm.Id]]));
        return new UsageLedger(growing.Values.Aggregate(rows, (sum, vm) => sum + Growth(vm.vm, vm.Item2)), growing);
    }

    /// <summary>The total with one more VM.</summary>
    public Usage With(Vm vm) => Total + Usage.Of(vm);

    /// <summary>The total once that VM has at least that size.</summary>
    /// <param name="vm">One of those that were read; another does not count.</param>
    /// <param name="size">The wanted size.</param>
    public Usage With(int vm, WantedSize size) => growing.TryGetValue(vm, out var known)
        ? Total + (Growth(known.Vm, [.. known.Sizes, size]) - Growth(known.Vm, known.Sizes))
        : Total;

    public void Add(Vm vm) => Total = With(vm);

    public void Add(int vm, WantedSize size)
    {
        Total = With(vm, size);
        if (growing.TryGetValue(vm, out var known))
        {
            growing[vm] = (known.Vm, [.. known.Sizes, size]);
        }
    }

    /// <summary>
    /// What the VM will have more than its row says, once the largest of the wanted sizes is reached. Wanted cores are per
    /// socket, as Proxmox has them; each disk grows by itself.
    /// </summary>
    public static Usage Growth(Vm vm, IReadOnlyList<WantedSize> sizes)
    {
        if (sizes.Count == 0)
        {
            return Usage.None;
        }

        var sockets = Math.Max(sizes.Max(size => size.Sockets) ?? 0, vm.Sockets ?? 1);
        var perSocket = Math.Max(sizes.Max(size => size.Cores) ?? 0, (vm.Cores ?? 0) / (vm.Sockets ?? 1));
        var wanted = perSocket * sockets;
        var cores = vm.Template ? 0 : Math.Max(0, wanted - Usage.CoresOf(vm));
        var memory = vm.Template ? 0 : Math.Max(0, (sizes.Max(size => size.MemoryMb) ?? 0) - Usage.MemoryOf(vm));
        var disks = sizes.Where(size => size.DiskGb is not null)
            .GroupBy(size => size.Disk ?? (vm.Disks is [var first, ..] ? first.Slot : null))
            .Sum(disk => VmDisk.Growth(vm.Disks, vm.DiskGb, disk.Key, disk.Max(size => size.DiskGb!.Value)));
        var together = (sizes.Max(size => size.DisksGb) ?? 0) - (vm.DiskGb ?? 0);
        return new Usage(0, cores, memory, Math.Max(disks, together));
    }
}
