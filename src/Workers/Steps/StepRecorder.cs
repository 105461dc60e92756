using MassTransit;
using MultiPanel.Contracts.Jobs;
using MultiPanel.Contracts.Workflows;
using MultiPanel.Data;
using MultiPanel.Data.Jobs;
using MultiPanel.Hosting.Jobs;
using MultiPanel.Hosting.Mails;
using MultiPanel.Progress;
using MultiPanel.Sagas.Workflows;
using MultiPanel.Workers.Admission;
using MultiPanel.Workers.Ending;
using MultiPanel.Workers.Estimates;
using MultiPanel.Workers.WatchedTasks;
using StackExchange.Redis;

namespace MultiPanel.Workers.Steps;

/// <summary>
/// Writes the result of a step: first the job's row, with its end where nothing is left to do; then, in one round trip, what
/// Redis knows of it; then the message to the saga.
/// </summary>
public sealed class StepRecorder(
    JobStore jobs, JobProgress progress, MessageSender sender, IMessageScheduler scheduler, StepSlots slots, JobActivity activity,
    JobEnding ending, StepDurations durations, MailOutbox mails, TimeProvider clock)
{
    /// <summary>Until the next message of the job should have had an effect.</summary>
    private static readonly TimeSpan OnItsWay = TimeSpan.FromSeconds(10);

    /// <summary>A waiter whose wake-up was lost asks again after this.</summary>
    private static readonly TimeSpan InLine = TimeSpan.FromSeconds(30);

    /// <summary>Time for a saga that was released to be gone; then the reconciler starts a new one.</summary>
    private static readonly TimeSpan Released = TimeSpan.FromSeconds(2);

    private const string NotYetUndone = "Not yet undone";

    private DateTime Now => clock.GetUtcNow().UtcDateTime;

    /// <returns>True: it ended at once, and the next step of the sequence follows.</returns>
    public async Task<bool> ApplyAsync(JobWork work, StepSequence sequence, Step step, StepOutcome outcome, CancellationToken cancellation)
    {
        switch (outcome)
        {
            case StepOutcome.Done(var message):
                return await SucceedAsync(work, sequence, step, StepStatus.Succeeded, message, cancellation);
            case StepOutcome.Skipped(var message):
                return await SucceedAsync(work, sequence, step, StepStatus.Skipped, message, cancellation);
            case StepOutcome.Failed failed:
                await FailAsync(work, step, failed, cancellation);
                return false;
            case StepOutcome.Watch watch:
                await WatchAsync(work, sequence, step, watch, cancellation);
                return false;
            case StepOutcome.Later later:
                await DeferAsync(work, sequence, step, later, cancellation);
                return false;
            default:
                throw new InvalidOperationException($"There is no outcome {outcome}.");
        }
    }

    /// <summary>The row has decided what a command asks for: repeats that to the saga, and gives back a slot that was granted meanwhile.</summary>
    public async Task RepeatAsync(JobWork work, StepSequence sequence, StepDecision decision, CancellationToken cancellation)
    {
        var job = work.Job;
        object answer = decision switch
        {
            StepDecision.RepeatSuccess(var last) => new StepSucceeded(job.Id, last.Name),
            StepDecision.RepeatFailure(var step) => new StepFailed(job.Id, step.Name),
            _ => new ReleaseSaga(job.Id),
        };
        if (decision is StepDecision.ReleaseSaga(WorkIsLeft: true))
        {
            await activity.TouchAsync(job.Id, Released);
        }

        await sender.SendAsync(job.Workflow, answer, cancellation);
        foreach (var step in sequence.Of(job).Where(step => job.IsFinal || job.FindStep(step.Name)?.FinishedAt is not null))
        {
            await ReleaseAsync(job, step.Name, cancellation);
        }
    }

    /// <returns>True: the next step of the sequence follows at once; the end of this one is written with that of the next.</returns>
    public async Task<bool> SucceedAsync(
        JobWork work, StepSequence sequence, Step step, StepStatus status, string? message, CancellationToken cancellation, int warnings = 0)
    {
        var edit = Succeeded(step, status, message, warnings);
        var next = step.Undoes ? null : sequence.After(work.Job, step);
        if (next is { OnlyLooks: true } || (next is not null && work.EndedTask is null && !work.Job.HoldsSlot(step.Name)))
        {
            work.Postpone(step.Name, edit);
            return true;
        }

        var (claim, ends) = (work.Claim, false);
        if (!await jobs.WriteAsync(work, step.Name, row =>
        {
            ends = !row.IsFinal;
            edit(row);
            row.Unclaim(claim);
            EndIfDone(row, step);
            return true;
        }, cancellation, beside: (db, row) => MailEnd(db, row, ends)))
        {
            return false;
        }

        await FollowAsync(work, new JobChange
        {
            Percent = work.Job.Percent,
            Warnings = work.Job.Warnings > 0 ? work.Job.Warnings : null,
            Error = work.Job.Error,
            Message = message ?? "",
            QueuePosition = 0,
        }, next is null ? new StepSucceeded(work.Job.Id, step.Name) : null, cancellation);
        if (next is not null)
        {
            await sender.SendAsync(sequence.Queue, JobMessages.StepCommand(sequence.Queue, work.Job.Id), cancellation);
        }

        return false;
    }

    /// <param name="holds">Must still be so when it is written.</param>
    /// <returns>False: it was not, or the job is over.</returns>
    public async Task<bool> FailAsync(
        JobWork work, Step step, StepOutcome.Failed failed, CancellationToken cancellation, Func<Job, bool>? holds = null)
    {
        var (error, claim) = (failed.Error, work.Claim);
        var ends = false;
        if (!await jobs.WriteAsync(work, step.Name, row =>
        {
            if (holds?.Invoke(row) == false)
            {
                return false;
            }

            var shown = row.Status == JobStatus.Cancelling ? JobErrorTranslation.Cancelled with { Detail = error.Detail, TaskLog = error.TaskLog } : error;
            row.Error = step.Undoes ? Undone(row, failed) : row.Error ?? shown with { Step = step.Name };
            row.Unclaim(claim);
            row.FreeSlot(step.Name);
            row.Cancellable = false; // from here on it only undoes, and ends
            row.SetStep(step.Name, state => step.Undoes && failed.Unreachable
                ? state with { Status = StepStatus.Waiting, Message = $"Undo goes on when Proxmox can be reached again: {error.Message}", TroubleSince = null }
                : state with { Status = StepStatus.Failed, FinishedAt = Now, Message = shown.Message });
            ends = !row.IsFinal;
            EndIfDone(row, step);
            return true;
        }, cancellation, beside: (db, row) => MailEnd(db, row, ends)))
        {
            return false;
        }

        await FollowAsync(
            work,
            new JobChange { Error = work.Job.Error, Cancellable = false, Message = work.Job.FindStep(step.Name)!.Message },
            new StepFailed(work.Job.Id, step.Name),
            cancellation);
        return true;
    }

    /// <param name="first">Nothing was tried yet: the step, and the limits of waiting for Proxmox, begin when it has its slot.</param>
    public async Task WaitInLineAsync(JobWork work, Step step, Slot slot, int place, bool first, CancellationToken cancellation)
    {
        var claim = work.Claim;
        var message = $"Waiting for a {slot.Class} slot on {slot.Node}, {place} in line";
        if (await jobs.WriteAsync(work, step.Name, row =>
        {
            row.Unclaim(claim);
            row.FreeSlot(step.Name);
            row.Status = row.Status == JobStatus.Queued ? JobStatus.Running : row.Status;
            row.StartedAt ??= Now;
            row.Cancellable = step is { Cancellable: true, Undoes: false };
            row.SetStep(step.Name, state => state with
            {
                Status = StepStatus.Waiting,
                Node = slot.Node,
                Message = message,
                StartedAt = first ? null : state.StartedAt,
                InLineSince = state.InLineSince ?? Now,
            });
            return true;
        }, cancellation))
        {
            await ReportAsync(work, new JobChange { Message = message, QueuePosition = place }, [await activity.TouchingAsync(work.Job.Id, InLine)], cancellation);
        }
    }

    /// <summary>Sends the command once more, later; the row says why already.</summary>
    public async Task AskLaterAsync(Guid job, string queue, TimeSpan delay, CancellationToken cancellation)
    {
        await activity.TouchAsync(job, delay + OnItsWay);
        await SendLaterAsync(job, queue, delay, cancellation);
    }

    /// <summary>The step's task ended without deciding the step: it runs again, to look or to try once more.</summary>
    /// <param name="delay">Zero: at once.</param>
    public async Task RepeatStepAsync(
        JobWork work, StepSequence sequence, Step step, StepStatus status, string? message, TimeSpan delay, CancellationToken cancellation)
    {
        if (!await jobs.WriteAsync(work, step.Name, row =>
        {
            row.FreeSlot(step.Name);
            row.Cancellable |= status == StepStatus.Waiting && !step.Undoes; // nothing of it runs now
            row.SetStep(step.Name, state => state with { Status = status, Upid = null, Message = message });
            return true;
        }, cancellation))
        {
            return;
        }

        await ReportAsync(
            work,
            new JobChange { Message = message ?? "", Cancellable = work.Job.ToView().Cancellable },
            [await activity.TouchingAsync(work.Job.Id, delay + OnItsWay)],
            cancellation);
        await ReleaseAsync(work.Job, step.Name, cancellation);
        await SendLaterAsync(work.Job.Id, sequence.Queue, delay, cancellation);
    }

    private Func<Job, bool> Succeeded(Step step, StepStatus status, string? message, int warnings) => row =>
    {
        row.FreeSlot(step.Name);
        row.Status = row.Status == JobStatus.Queued ? JobStatus.Running : row.Status;
        row.StartedAt ??= Now;
        row.Warnings += warnings;
        row.Error = step.Undoes ? Undone(row, message) : row.Error;
        row.SetStep(step.Name, state => state with
        {
            Status = status,
            StartedAt = state.StartedAt ?? Now,
            FinishedAt = Now,
            Percent = status == StepStatus.Succeeded ? 100 : null,
            Message = message,
        });
        row.Percent = Math.Max(row.Percent, row.Share(step.Name).To);
        return true;
    };

    /// <summary>The final status is written with the last outcome: nothing that happens afterwards can lose it.</summary>
    private void EndIfDone(Job row, Step step)
    {
        var failed = row.Error is not null && (step.Undoes || !WorkflowCatalog.Of(row.Workflow).Undoes);
        if (!row.IsFinal && (failed || row.IsDone()))
        {
            row.End(Now);
        }
    }

    private void MailEnd(PanelDb db, Job row, bool ends)
    {
        if (ends && row.IsFinal)
        {
            mails.AddFailure(db, row);
        }
    }

    private async Task WatchAsync(JobWork work, StepSequence sequence, Step step, StepOutcome.Watch watch, CancellationToken cancellation)
    {
        var (claim, knewOfCancel) = (work.Claim, work.Job.Status == JobStatus.Cancelling);
        var upid = watch.Upid.ToString();
        if (!await jobs.WriteAsync(work, step.Name, row =>
        {
            row.Unclaim(claim);
            row.Status = row.Status == JobStatus.Queued ? JobStatus.Running : row.Status;
            row.StartedAt ??= Now;
            row.Cancellable &= step.CanBeStopped(row);
            row.SetStep(step.Name, state => state with
            {
                Status = StepStatus.Running,
                StartedAt = state.StartedAt ?? Now,
                Upid = upid,
                Node = watch.Upid.Node,
                Tasks = state.Upid == upid ? state.Tasks : state.Tasks + 1,
                Percent = state.Upid == upid ? state.Percent : null,
                Message = null,
                TroubleSince = null,
            });
            return true;
        }, cancellation))
        {
            return;
        }

        var (from, to) = work.Job.Share(step.Name);
        var task = new WatchedTask
        {
            Upid = upid,
            ClusterId = work.Job.ClusterId!.Value,
            Job = work.Ref,
            Step = step.Name,
            CommandQueue = sequence.Queue,
            LookAfterwards = watch.LookAfterwards,
            From = from,
            To = to,
            HasSlot = work.Job.Slot is not null,
        };
        await ReportAsync(
            work,
            new JobChange { Message = "", QueuePosition = 0, Cancellable = work.Job.ToView().Cancellable },
            [WatchList.Adding(task), await activity.TouchingAsync(work.Job.Id, OnItsWay)],
            cancellation);
        if (work.Job.Status == JobStatus.Cancelling && !knewOfCancel && !step.Undoes)
        {
            // Cancelled while the task was being started: the request found no task to stop yet.
            await sender.SendAsync(sequence.Queue, JobMessages.StepCommand(sequence.Queue, work.Job.Id), cancellation);
        }
    }

    private async Task DeferAsync(JobWork work, StepSequence sequence, Step step, StepOutcome.Later later, CancellationToken cancellation)
    {
        var (claim, knewOfCancel, hadSlot) = (work.Claim, work.Job.Status == JobStatus.Cancelling, work.Job.HoldsSlot(step.Name));
        if (!await jobs.WriteAsync(work, step.Name, row =>
        {
            row.Unclaim(claim);
            row.Status = row.Status == JobStatus.Queued ? JobStatus.Running : row.Status;
            row.StartedAt ??= Now;
            if (!later.KeepsSlot)
            {
                row.FreeSlot(step.Name);
            }

            row.Cancellable = step is { Cancellable: true, Undoes: false } && (row.Slot is null || step.CanBeStopped(row));
            row.SetStep(step.Name, state => state with
            {
                Status = state.Status == StepStatus.Uncertain ? StepStatus.Uncertain : StepStatus.Waiting,
                StartedAt = later.NotBegun ? null : state.StartedAt ?? Now,
                Message = later.Message,
                TroubleSince = later.Lost ? Now : later.Trouble ? state.TroubleSince ?? Now : null,
                Losses = later.Lost ? state.Losses + 1 : state.Losses,
            });
            return true;
        }, cancellation))
        {
            return;
        }

        // A step that succeeded right before this one is written with it, and gives its slot back here.
        var delay = work.Job.Status == JobStatus.Cancelling && !knewOfCancel ? TimeSpan.Zero : later.Delay;
        List<ScriptCall> scripts = [.. slots.Releasing(work.Job, work.ChangedSteps.Where(changed => changed.FinishedAt is not null), work.WentWell)];
        var releases = scripts.Count;
        scripts.Add(await activity.TouchingAsync(work.Job.Id, delay + OnItsWay));
        var answers = await ReportAsync(
            work, new JobChange { Message = later.Message, Cancellable = work.Job.ToView().Cancellable }, scripts, cancellation);
        await slots.WakeAsync(StepSlots.Cluster(work.Job), answers.Take(releases), cancellation);
        if (hadSlot && later.KeepsSlot)
        {
            await slots.RenewAsync(StepSlots.Cluster(work.Job), [StepSlots.Holder(work.Job.Id, step.Name)], cancellation);
        }
        else if (hadSlot)
        {
            await ReleaseAsync(work.Job, step.Name, cancellation);
        }

        await SendLaterAsync(work.Job.Id, sequence.Queue, delay, cancellation);
    }

    /// <summary>What follows from a step's end: Redis in one round trip, then the saga, and who waited for the slot or the VM.</summary>
    private async Task FollowAsync(JobWork work, JobChange change, IJobMessage? answer, CancellationToken cancellation)
    {
        var job = work.Job;
        if (job.IsFinal)
        {
            await ending.FollowAsync(
                new EndedJob(job)
                {
                    ChangedSteps = work.ChangedSteps,
                    Task = work.EndedTask,
                    WentWell = work.WentWell,
                    Answer = answer,
                    SharesTarget = work.SharesTarget,
                },
                cancellation);
            return;
        }

        var releases = work.ChangedSteps.Any(step => step.Name == JobStep.Undo) ? job.Steps : work.ChangedSteps;
        List<ScriptCall> scripts = [.. slots.Releasing(job, releases, work.WentWell)];
        var count = scripts.Count;
        scripts.Add(await activity.TouchingAsync(job.Id, OnItsWay));
        var answers = await ReportAsync(work, change, scripts, cancellation);
        await slots.WakeAsync(StepSlots.Cluster(job), answers.Take(count), cancellation);
        if (answer is not null)
        {
            await sender.SendAsync(job.Workflow, answer, cancellation);
        }
    }

    private async Task SendLaterAsync(Guid job, string queue, TimeSpan delay, CancellationToken cancellation)
    {
        var command = JobMessages.StepCommand(queue, job);
        if (delay <= TimeSpan.Zero)
        {
            await sender.SendAsync(queue, command, cancellation);
            return;
        }

        await scheduler.ScheduleSend(JobMessages.Address(queue), (clock.GetUtcNow() + delay).UtcDateTime, command, command.GetType(), cancellation);
    }

    private async Task ReleaseAsync(Job job, string step, CancellationToken cancellation)
    {
        if (job.ClusterId is not null)
        {
            await slots.ReleaseAsync(StepSlots.Cluster(job), StepSlots.Holder(job.Id, step), cancellation);
        }
    }

    private async Task<RedisResult[]> ReportAsync(JobWork work, JobChange change, IReadOnlyList<ScriptCall> others, CancellationToken cancellation) =>
        (await progress.ReportWithAsync(
            work.Ref,
            change with
            {
                Status = work.Job.Status,
                Steps = work.ChangedSteps,
                StartedAt = work.Job.StartedAt,
                EtaSeconds = change.QueuePosition > 0 ? null : await durations.LeftAsync(work.Job) ?? 0,
            },
            work.EndedTask is null ? others : [.. others, WatchList.Removing(work.EndedTask)],
            cancellation)).Answers;

    /// <summary>What an undoing step did, or could not do, stands beside the error that made it necessary; what was not yet undone is no longer so.</summary>
    private static JobError Undone(Job row, string? message)
    {
        var before = (row.Error?.Undone ?? []).Where(line => !line.StartsWith(NotYetUndone, StringComparison.Ordinal));
        return (row.Error ?? JobErrorTranslation.Cancelled) with { Undone = message is null ? [.. before] : [.. before, message] };
    }

    /// <summary>With Proxmox's own words: they are what an operator needs to finish the undo by hand.</summary>
    private static JobError Undone(Job row, StepOutcome.Failed failed) => failed.Unreachable
        ? Undone(row, $"{NotYetUndone}, it goes on when Proxmox can be reached again: {failed.Error.Message}")
        : Undone(row, failed.Error.Detail is { } detail ? $"{failed.Error.Message} ({detail})" : failed.Error.Message);
}
