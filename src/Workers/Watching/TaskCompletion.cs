using System.Text.RegularExpressions;
using Microsoft.Extensions.Logging;
using MultiPanel.Contracts.Jobs;
using MultiPanel.Data;
using MultiPanel.Data.Jobs;
using MultiPanel.Proxmox;
using MultiPanel.Proxmox.Errors;
using MultiPanel.Proxmox.Tasks;
using MultiPanel.Workers.Admission;
using MultiPanel.Workers.Steps;
using MultiPanel.Workers.VmOperations;
using MultiPanel.Workers.Vms;
using MultiPanel.Workers.WatchedTasks;

namespace MultiPanel.Workers.Watching;

/// <summary>What follows from a task's end. It may run twice for one end: the second time changes nothing.</summary>
public sealed class TaskCompletion(
    JobStore jobs, StepRecorder recorder, StepRunner runner, SequenceCatalog sequences, WatchList watching, StepSlots slots,
    PanelDatabase database, TimeProvider clock, ILogger<TaskCompletion> log)
{
    /// <summary>How many tasks a step may start in all because a lock could not be had.</summary>
    private const int TransientTries = 5;

    private static readonly TimeSpan TransientPause = TimeSpan.FromSeconds(5);

    /// <summary>PVE::RESTEnvironment::warn writes <c>WARN: text</c>; Perl's own and older ones <c>Warning: text</c>.</summary>
    private static readonly Regex WarningLine = new(@"^\s*WARN(ING)?:", RegexOptions.IgnoreCase);

    /// <summary>Of the lines that warn, so many are in the step's message.</summary>
    private const int MostWarnings = 5;

    public async Task EndAsync(PveClient pve, string cluster, WatchedTask task, TaskExit exit, CancellationToken cancellation)
    {
        var work = await jobs.LoadWorkAsync(task.Job.Id, cancellation, task);
        if (work?.Job.FindStep(task.Step) is not { Status: StepStatus.Running } state || state.Upid != task.Upid || (work.Job.IsFinal && !work.Job.UndoIsPending()))
        {
            await ForgetAsync(task, work?.Job, cancellation);
            return;
        }

        log.LogDebug("Task {Upid} of job {Job} ended: {Exit}", task.Upid, task.Job.Id, exit);
        var (sequence, step) = sequences.Find(task.CommandQueue, task.Step);
        await FollowAsync(pve, cluster, task, work, sequence, step, state, exit, cancellation);
        if (work.ChangedSteps.Count == 0)
        {
            // Nothing was written, because the row had changed meanwhile; it decides.
            await watching.RemoveAsync(task);
        }
    }

    /// <summary>Its cluster was removed from the panel.</summary>
    public async Task ClusterGoneAsync(WatchedTask task, CancellationToken cancellation)
    {
        if (await jobs.LoadWorkAsync(task.Job.Id, cancellation) is { } work)
        {
            await recorder.FailAsync(work, sequences.Find(task.CommandQueue, task.Step).Step, new StepOutcome.Failed(new JobError
            {
                Code = JobErrorCodes.ClusterUnreachable,
                Message = "The job's cluster is no longer in the panel.",
            }), cancellation);
        }

        await watching.RemoveAsync(task);
    }

    /// <summary>Its end was recorded before, but perhaps not all that follows from it.</summary>
    private async Task ForgetAsync(WatchedTask task, Job? job, CancellationToken cancellation)
    {
        if (task.HasSlot && job?.FindStep(task.Step)?.FinishedAt is not null)
        {
            await slots.ReleaseAsync(StepSlots.Cluster(job), StepSlots.Holder(job.Id, task.Step), cancellation);
        }

        await watching.RemoveAsync(task);
    }

    private async Task FollowAsync(
        PveClient pve, string cluster, WatchedTask task, JobWork work, StepSequence sequence, Step step, JobStep state, TaskExit exit, CancellationToken cancellation)
    {
        switch (exit)
        {
            case var _ when task.LookAfterwards:
                await RepeatAsync(StepStatus.Waiting, exit is TaskExit.Failed(var why) ? why : null, TimeSpan.Zero);
                break;
            case TaskExit.Succeeded when Upid.Parse(task.Upid).AsksHaManager:
                await recorder.ApplyAsync(work, sequence, step, HaRequests.Wait, cancellation);
                break;
            case TaskExit.Succeeded:
                work.WentWell = work.Job.HeldSlot();
                await SucceedAsync(work, sequence, step, state.Message, 0, cancellation);
                break;
            case TaskExit.Warnings(var count):
                await SucceedAsync(work, sequence, step, await WarningsAsync(pve, task, state.Message, count, cancellation), count, cancellation);
                break;
            case TaskExit.Unknown(var text):
                await RepeatAsync(StepStatus.Uncertain, $"{task.Upid}: {text}", TimeSpan.Zero);
                break;
            case TaskExit.Failed(var text):
                var lines = await TailAsync(pve, task, cancellation);
                var failure = PveException.FromTask(Upid.Parse(task.Upid), text, lines);
                if (FailurePolicy.IsJam(failure) && work.Job.HeldSlot() is { } jammed)
                {
                    await slots.SlowDownAsync(jammed, cancellation);
                }

                if (failure is PveLockedException { Lock: { } held } && VmLock.Of(held).Passes && work.Job.Status == JobStatus.Running
                    && clock.GetUtcNow().UtcDateTime - state.StartedAt < FailurePolicy.LockLimit)
                {
                    // Its next look sees the lock, and waits without starting tasks that fail.
                    await RepeatAsync(StepStatus.Waiting, $"Waiting for another operation to end: {text}", FailurePolicy.LockPause);
                }
                else if ((failure.IsTransient || (failure.MayAppear && FailurePolicy.HasMadeVm(work.Job))) && state.Tasks < TransientTries && work.Job.Status == JobStatus.Running)
                {
                    await RepeatAsync(StepStatus.Waiting, $"Trying again: {text}", TransientPause);
                }
                else if (failure is PveVmStateException && state.Tasks < TransientTries && work.Job.Status == JobStatus.Running)
                {
                    // The VM was in another state than was thought: what counts is how it is now.
                    await RepeatAsync(StepStatus.Waiting, text, TimeSpan.Zero);
                }
                else if (failure is PveAlreadyExistsException && state.Losses > 0)
                {
                    // Most likely the work of the call whose answer was lost.
                    await RepeatAsync(StepStatus.Uncertain, text, TimeSpan.Zero);
                }
                else
                {
                    var error = JobErrorTranslation.Of(failure, cluster, lines);
                    error = failure is PveTemplateInUseException && work.Vm is { } template
                        ? await LinkedCloneSearch.NameAsync(error, database, pve, work.Job, template, cancellation)
                        : error;
                    await recorder.FailAsync(work, step, new StepOutcome.Failed(error), cancellation);
                }

                break;
        }

        Task RepeatAsync(StepStatus status, string? message, TimeSpan delay) =>
            recorder.RepeatStepAsync(work, sequence, step, status, message, delay, cancellation);
    }

    private async Task SucceedAsync(JobWork work, StepSequence sequence, Step step, string? message, int warnings, CancellationToken cancellation)
    {
        if (await recorder.SucceedAsync(work, sequence, step, StepStatus.Succeeded, message, cancellation, warnings))
        {
            await runner.ContinueAsync(sequence, work, sequence.After(work.Job, step)!, cancellation);
        }
    }

    /// <summary>With the lines of the log that warn: what they say is often left to be done by hand.</summary>
    private static async Task<string> WarningsAsync(PveClient pve, WatchedTask task, string? done, int count, CancellationToken cancellation)
    {
        var lines = (await TailAsync(pve, task, cancellation)).Where(line => WarningLine.IsMatch(line)).Select(line => WarningLine.Replace(line, "").Trim())
            .Distinct().Take(MostWarnings).ToList();
        var warnings = lines.Count > 0 ? $"Done with {Counted(count)}: {string.Join("; ", lines)}" : $"Done with {Counted(count)}; see the task's log";
        return done is null ? warnings : $"{done}. {warnings}";
    }

    private static string Counted(int warnings) => warnings == 1 ? "a warning" : $"{warnings} warnings";

    private static async Task<IReadOnlyList<string>> TailAsync(PveClient pve, WatchedTask task, CancellationToken cancellation)
    {
        try
        {
            return (await pve.Tasks.LogTailAsync(Upid.Parse(task.Upid), JobErrorTranslation.LogLines, cancellation)).Lines;
        }
        catch (PveException unreadable)
        {
            return [$"(the task's log could not be read: {unreadable.Text})"];
        }
    }
}
