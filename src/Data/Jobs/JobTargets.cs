using Microsoft.EntityFrameworkCore;
using MultiPanel.Data.Vms;

namespace MultiPanel.Data.Jobs;

/// <summary>A job with what it is about.</summary>
/// <param name="Vm">The VM of its target's id; null: there is none.</param>
/// <param name="SharesTarget">Other open jobs are about the same target.</param>
public sealed record JobWithTarget(Job Job, Vm? Vm, bool SharesTarget);

/// <summary>All that a try of a step needs to know, in one statement.</summary>
public static class JobTargets
{
    /// <returns>Null: there is no such job.</returns>
    public static Task<JobWithTarget?> FindWithTargetAsync(this PanelDb db, Guid id, CancellationToken cancellation) => (
        from job in db.Jobs.AsNoTracking().Where(job => job.Id == id)
        join vm in db.Vms.AsNoTracking() on job.TargetId equals (int?)vm.Id into found
        from vm in found.DefaultIfEmpty()
        select new JobWithTarget(
            job,
            vm,
            // By its value: as nullable columns, "equal or both null" would keep SQLite from using the index.
            job.TargetId != null && db.Jobs.Any(other =>
                other.TargetId == job.TargetId!.Value && other.TargetType == job.TargetType && other.FinishedAt == null && other.Id != job.Id)))
        .SingleOrDefaultAsync(cancellation);
}
