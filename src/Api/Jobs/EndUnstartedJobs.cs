using Microsoft.EntityFrameworkCore;
using MultiPanel.Contracts.AgentVerification;
using MultiPanel.Contracts.Cloning;
using MultiPanel.Contracts.Jobs;
using MultiPanel.Contracts.TemplateRegistration;
using MultiPanel.Contracts.Templates;
using MultiPanel.Contracts.Workflows;
using MultiPanel.Data;
using MultiPanel.Data.Jobs;

namespace MultiPanel.Api.Jobs;

/// <summary>Ends jobs of which nothing has begun, and takes back what their accept has made. Nothing in Proxmox is theirs yet.</summary>
internal sealed class EndUnstartedJobs(PanelDb db, TimeProvider clock)
{
    private static readonly string Registrations = JobMessages.Queue(typeof(RegisterTemplate));

    /// <summary>Those whose accept makes a VM's row.</summary>
    private static readonly string[] Clones = [JobMessages.Queue(typeof(CloneVm)), JobMessages.Queue(typeof(VerifyAgent))];

    /// <summary>Changes the rows; saving them fails if a worker has begun one meanwhile.</summary>
    /// <returns>Those that could be ended.</returns>
    public async Task<IReadOnlyList<Job>> EndAsync(IReadOnlyList<Job> jobs, CancellationToken cancellation)
    {
        // An attempt after the first may find what the one before has left.
        var unbegun = jobs.Where(job => job.Status == JobStatus.Queued && job.Steps.TrueForAll(step => step.Status == StepStatus.Pending)).ToList();
        var targets = unbegun.Where(job => Clones.Contains(job.Workflow)).Select(job => job.TargetId).ToList();
        var made = targets.Count == 0
            ? []
            : await db.Vms.Where(vm => targets.Contains(vm.Id) && vm.Vmid != null).Select(vm => vm.Id).ToListAsync(cancellation);
        unbegun.RemoveAll(job => Clones.Contains(job.Workflow) && job.TargetId is { } target && made.Contains(target));
        var now = clock.GetUtcNow().UtcDateTime;
        foreach (var job in unbegun)
        {
            job.Error = new JobError { Code = JobErrorCodes.Cancelled, Message = "Cancelled on request." };
            job.End(now);
            job.Revision++;
        }

        return unbegun;
    }

    /// <summary>In the transaction that saved the ends.</summary>
    public async Task RemoveAsync(IReadOnlyList<Job> ended, CancellationToken cancellation)
    {
        foreach (var job in ended.Where(job => Clones.Contains(job.Workflow)))
        {
            await db.Vms.Where(vm => vm.Id == job.TargetId && vm.CreatedByJob == job.Id && vm.Vmid == null).ExecuteDeleteAsync(cancellation);
        }

        foreach (var job in ended.Where(job => job.Workflow == Registrations))
        {
            await db.Templates.Where(template => template.Id == job.TargetId && template.Status == TemplateStatus.Registering)
                .ExecuteDeleteAsync(cancellation);
        }
    }
}
