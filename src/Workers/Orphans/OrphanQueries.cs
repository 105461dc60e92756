using Microsoft.EntityFrameworkCore;
using MultiPanel.Data;
using MultiPanel.Data.Jobs;

namespace MultiPanel.Workers.Orphans;

/// <summary>What a round asks of many rows at once; nothing where there are none.</summary>
internal static class OrphanQueries
{
    /// <returns>Those of the VMs that a job works on.</returns>
    public static async Task<HashSet<int?>> WorkedOnAsync(this PanelDb db, IReadOnlyCollection<int?> vms, CancellationToken cancellation) => vms.Count == 0
        ? []
        : await db.Jobs.Where(job => job.TargetType == "vm" && vms.Contains(job.TargetId) && job.FinishedAt == null)
            .Select(job => job.TargetId).ToHashSetAsync(cancellation);

    /// <returns>Those of the VMs that have a row.</returns>
    public static async Task<HashSet<int>> ExistingAsync(this PanelDb db, IReadOnlyCollection<int> vms, CancellationToken cancellation) => vms.Count == 0
        ? []
        : await db.Vms.Where(vm => vms.Contains(vm.Id)).Select(vm => vm.Id).ToHashSetAsync(cancellation);

    /// <returns>The jobs that made VMs, by their ids; those that still have a row.</returns>
    public static async Task<Dictionary<Guid, Job>> MakersAsync(this PanelDb db, IReadOnlyCollection<Guid> jobs, CancellationToken cancellation) => jobs.Count == 0
        ? []
        : await db.Jobs.AsNoTracking().Where(job => jobs.Contains(job.Id)).ToDictionaryAsync(job => job.Id, cancellation);

    /// <returns>The company of each job that has a row; null: the platform's own.</returns>
    public static async Task<Dictionary<Guid, int?>> CompaniesAsync(this PanelDb db, IReadOnlyCollection<Guid> jobs, CancellationToken cancellation) => jobs.Count == 0
        ? []
        : await db.Jobs.Where(job => jobs.Contains(job.Id)).Select(job => new { job.Id, job.CompanyId })
            .ToDictionaryAsync(job => job.Id, job => job.CompanyId, cancellation);
}
