using MassTransit;
using MultiPanel.Contracts.Jobs;
using MultiPanel.Data.Jobs;
using MultiPanel.Hosting.Jobs;
using MultiPanel.Progress;
using MultiPanel.Workers.Admission;
using MultiPanel.Workers.Estimates;
using MultiPanel.Workers.Liveness;
using MultiPanel.Workers.Watching;

namespace MultiPanel.Workers.Steps;

/// <summary>Writes what became of a step: first the job's row, then the live progress, then the message to the saga.</summary>
public sealed class StepRecorder(
    JobStore ledger, JobProgress progress, MessageSender dispatcher, StepSlots slots, WatchList watching, JobActivity driven,
    StepDurations durations, TimeProvider clock)
{
    /// <summary>Until the next message of the job should have done something.</summary>
    private static readonly TimeSpan OnItsWay = TimeSpan.FromSeconds(10);

    /// <summary>Time for a saga that was let go to be gone; then the reconciler starts it anew.</summary>
    private static readonly TimeSpan LetGo = TimeSpan.FromSeconds(2);

    /// <summary>What is decided already is only said again; a slot that was granted for it meanwhile goes back.</summary>
    /// <returns>True: there is nothing to try.</returns>
    public async Task<bool> IsDecidedAsync(Job job, IStep step, CancellationToken cancellation)
    {
        var decided = await DecideAsync(job, step, cancellation);
        if (decided && (job.IsFinal || job.FindStep(step.Name)?.FinishedAt is not null))
        {
            await ReleaseAsync(job, step.Name, cancellation);
        }

        return decided;
    }

    private async Task<bool> DecideAsync(Job job, IStep step, CancellationToken cancellation)
    {
        var state = job.FindStep(step.Name);
        switch (job)
        {
            case { IsFinal: true }:
                await dispatcher.SendAsync(job.Workflow, new ReleaseSaga(job.Id), cancellation);
                return true;
            case var _ when IsOutOfStep(job, step):
                // A late message has led the saga astray; the row is right. A new saga finds its way through what is done.
                await dispatcher.SendAsync(job.Workflow, new ReleaseSaga(job.Id), cancellation);
                await driven.TouchAsync(job.Id, LetGo);
                return true;
            case var _ when state?.Status is StepStatus.Succeeded or StepStatus.Skipped:
                await dispatcher.SendAsync(job.Workflow, new StepSucceeded(job.Id, step.Name), cancellation);
                return true;
            case var _ when step.Undoes:
                return false;
            case { Error: not null }:
                await dispatcher.SendAsync(job.Workflow, new StepFailed(job.Id, step.Name), cancellation);
                return true;
            case var _ when NeverActed(job, step):
                return await FailAsync(job, step.Name, JobErrors.Cancelled, null, cancellation, row => NeverActed(row, step));
            default:
                return false;
        }
    }

    public async Task ApplyAsync(Job job, IStep step, StepOutcome outcome, ConsumeContext context, CancellationToken cancellation)
    {
        var claim = job.ClaimedBy;
        switch (outcome)
        {
            case StepOutcome.Done(var message):
                await SucceedAsync(job, step.Name, StepStatus.Succeeded, message, claim, cancellation);
                break;
            case StepOutcome.Skipped(var message):
                await SucceedAsync(job, step.Name, StepStatus.Skipped, message, claim, cancellation);
                break;
            case StepOutcome.Failed(var error):
                await FailAsync(job, step.Name, error, claim, cancellation);
                break;
            case StepOutcome.Watch watch:
                await WatchAsync(job, step, watch, cancellation);
                break;
            case StepOutcome.Later later:
                await DeferAsync(job, step, later, context, cancellation);
                break;
        }
    }

    /// <summary>A watched task did it; whoever has a claim on the job keeps it.</summary>
    public Task TaskSucceededAsync(Job job, string step, string? message, int warnings, CancellationToken cancellation) =>
        SucceedAsync(job, step, StepStatus.Succeeded, message, null, cancellation, warnings);

    /// <param name="claim">The caller's claim, given back with this; null: it has none.</param>
    /// <param name="holds">Must still be so when it is written.</param>
    /// <returns>False: it was not, or the job is over.</returns>
    public async Task<bool> FailAsync(
        Job job, string step, JobError error, string? claim, CancellationToken cancellation, Func<Job, bool>? holds = null)
    {
        var now = clock.GetUtcNow().UtcDateTime;
        var written = await ledger.ChangeStepAsync(job, step, claim, row =>
        {
            if (holds?.Invoke(row) == false)
            {
                return false;
            }

            var told = row.Status == JobStatus.Cancelling ? JobErrors.Cancelled with { Detail = error.Detail, TaskLog = error.TaskLog } : error;
            row.Error = Undone(row, step, told.Message) ?? row.Error ?? told with { Step = step };
            row.Unclaim(claim);
            row.FreeSlot(step);
            row.Cancellable = false; // from here on it only undoes, and ends
            row.SetStep(step, state => state with { Status = StepStatus.Failed, FinishedAt = now, Message = told.Message });
            return true;
        }, cancellation);
        if (written is null)
        {
            return false;
        }

        await ReportAsync(written, step, new JobChange { Error = written.Error, Cancellable = false, Message = written.FindStep(step)!.Message }, cancellation);
        await LeaveAsync(written, step, new StepFailed(written.Id, step), cancellation);
        return true;
    }

    /// <param name="first">Nothing was tried yet: the step, and patience with Proxmox, begin when it has its slot.</param>
    public async Task WaitInLineAsync(Job job, IStep step, Slot slot, int place, bool first, CancellationToken cancellation)
    {
        var claim = job.ClaimedBy;
        var message = $"Waiting for a {slot.Class} slot on {slot.Node}, {place} in line";
        var written = await ledger.ChangeStepAsync(job, step.Name, claim, row =>
        {
            row.Unclaim(claim);
            row.FreeSlot(step.Name);
            row.Cancellable = step is { Cancellable: true, Undoes: false };
            row.SetStep(step.Name, state => state with
            {
                Status = StepStatus.Waiting,
                Node = slot.Node,
                Message = message,
                StartedAt = first ? null : state.StartedAt,
                InLineSince = state.InLineSince ?? clock.GetUtcNow().UtcDateTime,
            });
            return true;
        }, cancellation);
        if (written is not null)
        {
            await ReportAsync(written, step.Name, new JobChange { Message = message, QueuePosition = place }, cancellation);
        }
    }

    private async Task SucceedAsync(
        Job job, string step, StepStatus status, string? message, string? claim, CancellationToken cancellation, int warnings = 0)
    {
        var now = clock.GetUtcNow().UtcDateTime;
        var written = await ledger.ChangeStepAsync(job, step, claim, row =>
        {
            row.Unclaim(claim);
            row.FreeSlot(step);
            row.Warnings += warnings;
            row.Error = Undone(row, step, message) ?? row.Error;
            row.SetStep(step, state => state with
            {
                Status = status,
                FinishedAt = now,
                Percent = status == StepStatus.Succeeded ? 100 : null,
                Message = message,
            });
            row.Percent = Math.Max(row.Percent, StepShares.Of(row, step).To);
            return true;
        }, cancellation);
        if (written is null)
        {
            return;
        }

        await ReportAsync(written, step, new JobChange
        {
            Percent = written.Percent,
            Warnings = warnings > 0 ? written.Warnings : null,
            Error = written.Error,
            Message = message ?? "",
            QueuePosition = 0,
        }, cancellation);
        await LeaveAsync(written, step, new StepSucceeded(written.Id, step), cancellation);
    }

    private async Task WatchAsync(Job job, IStep step, StepOutcome.Watch watch, CancellationToken cancellation)
    {
        var claim = job.ClaimedBy;
        var knewOfCancel = job.Status == JobStatus.Cancelling;
        var upid = watch.Upid.ToString();
        var written = await ledger.ChangeStepAsync(job, step.Name, claim, row =>
        {
            row.Unclaim(claim);
            row.Cancellable &= step.CanBeStopped(row);
            row.SetStep(step.Name, state => state with
            {
                Status = StepStatus.Running,
                Upid = upid,
                Node = watch.Upid.Node,
                Tasks = state.Upid == upid ? state.Tasks : state.Tasks + 1,
                Percent = state.Upid == upid ? state.Percent : null,
                Message = null,
                TroubleSince = null,
            });
            return true;
        }, cancellation);
        if (written is null)
        {
            return;
        }

        var (from, to) = StepShares.Of(written, step.Name);
        await watching.AddAsync(new WatchedTask
        {
            Upid = upid,
            ClusterId = written.ClusterId!.Value,
            JobId = written.Id,
            CompanyId = written.CompanyId,
            Workflow = written.Workflow,
            Step = step.Name,
            CommandQueue = step.CommandQueue,
            LookAfterwards = watch.LookAfterwards,
            From = from,
            To = to,
            SlotCluster = written.Slot is null ? null : StepSlots.Cluster(written),
        });
        await driven.TouchAsync(written.Id, OnItsWay);
        if (written.Status == JobStatus.Cancelling && !knewOfCancel && !step.Undoes)
        {
            // Cancelled while the task was being started: whoever was told so found no task to stop yet.
            await dispatcher.SendAsync(step.CommandQueue, Activator.CreateInstance(JobMessages.Type(step.CommandQueue), written.Id)!, cancellation);
        }

        await ReportAsync(written, step.Name, new JobChange
        {
            Message = "",
            QueuePosition = 0,
            Cancellable = written.ToView().Cancellable,
        }, cancellation);
    }

    private async Task DeferAsync(Job job, IStep step, StepOutcome.Later later, ConsumeContext context, CancellationToken cancellation)
    {
        var claim = job.ClaimedBy;
        var now = clock.GetUtcNow().UtcDateTime;
        var slot = job.HoldsSlot(step.Name) ? job.Slot : null;
        var written = await ledger.ChangeStepAsync(job, step.Name, claim, row =>
        {
            row.Unclaim(claim);
            if (!later.KeepsSlot)
            {
                row.FreeSlot(step.Name);
            }

            row.Cancellable = step is { Cancellable: true, Undoes: false } && (row.Slot is null || step.CanBeStopped(row));
            row.SetStep(step.Name, state => state with
            {
                Status = StepStatus.Waiting,
                StartedAt = later.NotBegun ? null : state.StartedAt,
                Message = later.Message,
                TroubleSince = later.Lost ? now : later.Trouble ? state.TroubleSince ?? now : null,
                Losses = later.Lost ? state.Losses + 1 : state.Losses,
            });
            return true;
        }, cancellation);
        if (written is null)
        {
            return;
        }

        await ReportAsync(written, step.Name, new JobChange { Message = later.Message, Cancellable = written.ToView().Cancellable }, cancellation);
        if (slot is not null && later.KeepsSlot)
        {
            await slots.RenewAsync(StepSlots.Cluster(job), [StepSlots.Holder(job.Id, step.Name)], cancellation);
        }
        else if (slot is not null)
        {
            await ReleaseAsync(job, step.Name, cancellation);
        }

        var command = Activator.CreateInstance(JobMessages.Type(step.CommandQueue), job.Id)!;
        await context.ScheduleSend(JobMessages.Address(step.CommandQueue), later.Delay, command, cancellation);
        await driven.TouchAsync(job.Id, later.Delay + OnItsWay);
    }

    private async Task LeaveAsync(Job job, string step, object told, CancellationToken cancellation)
    {
        await driven.TouchAsync(job.Id, OnItsWay);
        if (step == JobStep.Undo)
        {
            // A step that was cancelled while it stood in line is still there.
            foreach (var other in job.Steps.Where(other => other.Name != step))
            {
                await ReleaseAsync(job, other.Name, cancellation);
            }
        }

        await dispatcher.SendAsync(job.Workflow, told, cancellation);
        await ReleaseAsync(job, step, cancellation);
    }

    private async Task ReleaseAsync(Job job, string step, CancellationToken cancellation)
    {
        if (job.ClusterId is not null)
        {
            await slots.ReleaseAsync(StepSlots.Cluster(job), StepSlots.Holder(job.Id, step), cancellation);
        }
    }

    /// <summary>What an undoing step did, or could not do, stands beside the error that made it necessary.</summary>
    private static JobError? Undone(Job row, string step, string? message) => step != JobStep.Undo
        ? null
        : (row.Error ?? JobErrors.Cancelled) with { Undone = [.. row.Error?.Undone ?? [], .. message is null ? Array.Empty<string>() : [message]] };

    private async Task ReportAsync(Job job, string step, JobChange change, CancellationToken cancellation) => await progress.ReportAsync(
        job.Id,
        job.CompanyId,
        change with
        {
            Status = job.Status,
            Steps = job.FindStep(step) is { } changed ? [changed] : null,
            StartedAt = job.StartedAt,
            EtaSeconds = change.QueuePosition > 0 ? null : await durations.LeftAsync(job) ?? 0,
        },
        cancellation);

    /// <summary>The job is to be cancelled, and nobody has begun anything in Proxmox for this step or is about to.</summary>
    private static bool NeverActed(Job job, IStep step) =>
        job is { Status: JobStatus.Cancelling, Slot: null, ClaimedBy: null } && step is { Cancellable: true, Undoes: false }
        && (job.FindStep(step.Name) is not { } state || state is { Upid: null, Status: StepStatus.Pending or StepStatus.Waiting });

    /// <summary>An earlier step is not done, or there is nothing to undo.</summary>
    private static bool IsOutOfStep(Job job, IStep step)
    {
        if (step.Undoes)
        {
            return job is { Error: null, Status: not JobStatus.Cancelling };
        }

        return job.Steps.TakeWhile(earlier => earlier.Name != step.Name)
            .Any(earlier => earlier.Name != JobStep.Undo && earlier.Status is not (StepStatus.Succeeded or StepStatus.Skipped or StepStatus.Failed));
    }
}
