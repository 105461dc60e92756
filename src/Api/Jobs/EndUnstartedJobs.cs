using Microsoft.EntityFrameworkCore;
using MultiPanel.Contracts.Jobs;
using MultiPanel.Contracts.Templates;
using MultiPanel.Contracts.Workflows;
using MultiPanel.Data;
using MultiPanel.Data.Jobs;

namespace MultiPanel.Api.Jobs;

/// <summary>Ends jobs of which no step has started, and deletes the rows that accepting them created. They have nothing in Proxmox yet.</summary>
internal sealed class EndUnstartedJobs(PanelDb db, TimeProvider clock)
{
    /// <summary>Changes the rows; saving them fails if a worker has started one meanwhile.</summary>
    /// <returns>Those that could be ended.</returns>
    public async Task<IReadOnlyList<Job>> EndAsync(IReadOnlyList<Job> jobs, CancellationToken cancellation)
    {
        // An attempt after the first may find a VM that the attempt before left in Proxmox.
        var unstarted = jobs.Where(job => job.Status == JobStatus.Queued && job.Steps.TrueForAll(step => step.Status == StepStatus.Pending)).ToList();
        var targets = Targets(unstarted, CreatedRow.Vm);
        var left = targets.Count == 0
            ? []
            : await db.Vms.Where(vm => targets.Contains(vm.Id) && vm.Vmid != null).Select(vm => vm.Id).ToListAsync(cancellation);
        unstarted.RemoveAll(job => job.Creates() == CreatedRow.Vm && job.TargetId is { } target && left.Contains(target));
        var now = clock.GetUtcNow().UtcDateTime;
        foreach (var job in unstarted)
        {
            job.Error = new JobError { Code = JobErrorCodes.Cancelled, Message = "Cancelled on request." };
            job.End(now);
            job.Revision++;
        }

        return unstarted;
    }

    /// <summary>Deletes the rows that accepting the jobs created. Call it in the transaction that saved their ends.</summary>
    public async Task RemoveAsync(IReadOnlyList<Job> ended, CancellationToken cancellation)
    {
        if (Targets(ended, CreatedRow.Vm) is { Count: > 0 } vms)
        {
            var jobs = ended.Select(job => (Guid?)job.Id).ToList();
            await db.Vms.Where(vm => vms.Contains(vm.Id) && jobs.Contains(vm.CreatedByJob) && vm.Vmid == null).ExecuteDeleteAsync(cancellation);
        }

        if (Targets(ended, CreatedRow.Template) is { Count: > 0 } templates)
        {
            await db.Templates.Where(template => templates.Contains(template.Id) && template.Status == TemplateStatus.Registering)
                .ExecuteDeleteAsync(cancellation);
        }
    }

    private static List<int> Targets(IEnumerable<Job> jobs, CreatedRow created) =>
        [.. jobs.Where(job => job.Creates() == created).Select(job => job.TargetId).OfType<int>()];
}
