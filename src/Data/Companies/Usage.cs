using Microsoft.EntityFrameworkCore;

namespace MultiPanel.Data.Companies;

/// <summary>
/// How much a company has, counted from its VMs' rows. A clone's row is there from its accept on, with the size that it will
/// have, and goes when it is undone or deleted: so commands under way are counted, and nothing can leak.
/// Templates take disk alone. Memory in MiB, disk in GiB.
/// </summary>
public sealed record Usage(int Vms, long Vcpus, long MemoryMb, double DiskGb)
{
    public static Usage None { get; } = new(0, 0, 0, 0);

    /// <param name="db">In a transaction that holds the company's row, where something follows from the count.</param>
    public static async Task<Usage> CountAsync(PanelDb db, int company, CancellationToken cancellation) =>
        await db.Vms.IgnoreQueryFilters()
            .Where(vm => vm.CompanyId == company)
            .GroupBy(vm => 1)
            .Select(all => new Usage(
                all.Sum(vm => vm.Template ? 0 : 1),
                all.Sum(vm => vm.Template ? 0L : (long?)vm.Cores ?? 0L),
                all.Sum(vm => vm.Template ? 0L : (long?)vm.MemoryMb ?? 0L),
                all.Sum(vm => vm.DiskGb ?? 0)))
            .SingleOrDefaultAsync(cancellation) ?? None;
}
