using MultiPanel.Contracts.Jobs;
using MultiPanel.Data.Jobs;
using MultiPanel.Proxmox;
using MultiPanel.Proxmox.Tasks;

namespace MultiPanel.Workers.Steps;

/// <summary>What every step looks at before it acts: its known task, its effect, a cancel, a lost answer.</summary>
internal static class StepLook
{
    /// <returns>Null: the effect is not there and nothing is under way; act.</returns>
    /// <param name="first">No earlier try has begun it.</param>
    public static async Task<StepOutcome?> BeforeActingAsync(Step step, StepContext context, bool first, CancellationToken cancellation)
    {
        var (job, state) = (context.Job, context.State);
        if (state is { Upid: { } text, Status: StepStatus.Running })
        {
            return await AttachAsync(step, job, Upid.Parse(text), context.Pve, cancellation);
        }

        if (await step.LookAsync(context, cancellation) is { } seen)
        {
            return seen is StepOutcome.Later later ? later with { NotBegun = later.NotBegun && first } : seen;
        }

        if (job.Status == JobStatus.Cancelling && step is { Cancellable: true, Undoes: false })
        {
            return FailurePolicy.AfterCancel(job.HoldsSlot(step.Name), state, context.Now);
        }

        if (state.Status == StepStatus.Uncertain && !step.Undoes)
        {
            return new StepOutcome.Failed(new JobError
            {
                Code = JobErrorCodes.TaskLost,
                Message = "The Proxmox task ended without saying how, and its effect is not there.",
                Detail = state.Message,
            });
        }

        return FailurePolicy.AfterLoss(state, context.Now);
    }

    /// <summary>Its task is known: nothing is started, only waited for; or stopped, if the job is to end.</summary>
    private static async Task<StepOutcome> AttachAsync(Step step, Job job, Upid upid, PveClient pve, CancellationToken cancellation)
    {
        if (job.Status == JobStatus.Cancelling && !step.Undoes && step.CanBeStopped(job))
        {
            await pve.Tasks.StopAsync(upid, cancellation);
        }

        return new StepOutcome.Watch(upid) { LookAfterwards = step.Undoes };
    }
}
