using System.Text.Json;
using Microsoft.Extensions.Logging;
using MultiPanel.Contracts.Jobs;
using MultiPanel.Data.Jobs;
using MultiPanel.Proxmox;
using MultiPanel.Proxmox.Errors;
using MultiPanel.Proxmox.Tasks;
using MultiPanel.Sagas.Admission;
using MultiPanel.Workers.Admission;
using MultiPanel.Workers.Steps;

namespace MultiPanel.Workers.Watching;

/// <summary>What follows from a task's end. It may run twice for one end: the second time changes nothing.</summary>
public sealed class TaskCompletion(
    JobStore ledger, StepRecorder outcomes, StepRepeat redo, WatchList watching, StepSlots slots, ILogger<TaskCompletion> logger)
{
    /// <summary>How many tasks a step may start in all because a lock could not be had.</summary>
    private const int TransientTries = 5;

    public async Task EndAsync(PveClient pve, string cluster, WatchedTask task, TaskExit exit, CancellationToken cancellation)
    {
        var job = await ledger.LoadAsync(task.JobId, cancellation);
        if (job?.FindStep(task.Step) is { Status: StepStatus.Running } step && step.Upid == task.Upid && !job.IsFinal)
        {
            logger.LogDebug("Task {Upid} of job {Job} ended: {Exit}", task.Upid, task.JobId, exit);
            await FollowAsync(pve, cluster, task, job, step, exit, cancellation);
        }
        else if (task.SlotCluster is { } slot && job?.FindStep(task.Step)?.FinishedAt is not null)
        {
            // Its end was written before, but perhaps not all that follows from it.
            await slots.ReleaseAsync(slot, StepSlots.Holder(task.JobId, task.Step), cancellation);
        }

        await watching.RemoveAsync(task);
    }

    /// <summary>Its cluster was removed from the panel.</summary>
    public async Task ClusterGoneAsync(WatchedTask task, CancellationToken cancellation)
    {
        if (await ledger.LoadAsync(task.JobId, cancellation) is { } job)
        {
            await outcomes.FailAsync(job, task.Step, new JobError
            {
                Code = JobErrorCodes.ClusterUnreachable,
                Message = "The job's cluster is no longer in the panel.",
            }, null, cancellation);
        }

        await watching.RemoveAsync(task);
    }

    private async Task FollowAsync(
        PveClient pve, string cluster, WatchedTask task, Job job, JobStep step, TaskExit exit, CancellationToken cancellation)
    {
        switch (exit)
        {
            case var _ when task.LookAfterwards:
                await redo.AtOnceAsync(job, task, StepStatus.Waiting, null, cancellation);
                break;
            case TaskExit.Succeeded:
                await SpeedUpAsync(job, cancellation);
                await outcomes.TaskSucceededAsync(job, task.Step, null, 0, cancellation);
                break;
            case TaskExit.Warnings(var count):
                await outcomes.TaskSucceededAsync(job, task.Step, $"Done with {count} warnings; see the task's log", count, cancellation);
                break;
            case TaskExit.Unknown(var text):
                await redo.AtOnceAsync(job, task, StepStatus.Uncertain, $"{task.Upid}: {text}", cancellation);
                break;
            case TaskExit.Failed(var text):
                var log = await TailAsync(pve, task, cancellation);
                var failure = PveException.FromTask(Upid.Parse(task.Upid), text, log);
                if (FailurePolicy.IsJam(failure) && SlotOf(job) is { } jammed)
                {
                    await slots.SlowDownAsync(jammed, cancellation);
                }

                if (failure.IsTransient && step.Tasks < TransientTries && job.Status == JobStatus.Running)
                {
                    await redo.LaterAsync(job, task, $"Trying again: {text}", cancellation);
                    break;
                }

                if (failure is PveVmStateException)
                {
                    // Started twice, or somebody else was faster: what counts is how the VM is now.
                    await redo.AtOnceAsync(job, task, StepStatus.Uncertain, text, cancellation);
                    break;
                }

                await outcomes.FailAsync(job, task.Step, JobErrors.Of(failure, cluster, log), null, cancellation);
                break;
        }
    }

    private async Task SpeedUpAsync(Job job, CancellationToken cancellation)
    {
        if (SlotOf(job) is { } slot)
        {
            await slots.SpeedUpAsync(slot, cancellation);
        }
    }

    private static AdmissionRequest? SlotOf(Job job) => job.Slot is null ? null : JsonSerializer.Deserialize<AdmissionRequest>(job.Slot);

    private static async Task<IReadOnlyList<string>> TailAsync(PveClient pve, WatchedTask task, CancellationToken cancellation)
    {
        try
        {
            return (await pve.Tasks.LogTailAsync(Upid.Parse(task.Upid), JobErrors.LogLines, cancellation)).Lines;
        }
        catch (PveException unreadable)
        {
            return [$"(the task's log could not be read: {unreadable.Text})"];
        }
    }
}
