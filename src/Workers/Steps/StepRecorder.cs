using MultiPanel.Contracts.Jobs;
using MultiPanel.Data;
using MultiPanel.Data.Jobs;
using MultiPanel.Hosting.Mails;
using MultiPanel.Progress;
using MultiPanel.Workers.Admission;
using MultiPanel.Workers.WatchedTasks;

namespace MultiPanel.Workers.Steps;

/// <summary>Writes the result of a step into the job's row, with its end where nothing is left to do; <see cref="StepFollowUp"/> does the rest.</summary>
public sealed class StepRecorder(JobStore jobs, StepFollowUp followUp, MailOutbox mails, TimeProvider clock)
{
    private DateTime Now => clock.GetUtcNow().UtcDateTime;

    /// <returns>True: it ended at once, and the next step of the sequence follows.</returns>
    public async Task<bool> ApplyAsync(JobWork work, StepSequence sequence, Step step, StepOutcome outcome, CancellationToken cancellation)
    {
        switch (outcome)
        {
            case StepOutcome.Done(var message) done:
                return await SucceedAsync(work, sequence, step, StepStatus.Succeeded, message, cancellation, done.Warnings);
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
            case StepOutcome.Back back:
                await GoBackAsync(work, sequence, step, back, cancellation);
                return false;
            default:
                throw new InvalidOperationException($"There is no outcome {outcome}.");
        }
    }

    /// <returns>True: the next step of the sequence follows at once; the end of this one is written with that of the next.</returns>
    public async Task<bool> SucceedAsync(
        JobWork work, StepSequence sequence, Step step, StepStatus status, string? message, CancellationToken cancellation, int warnings = 0)
    {
        var next = step.Undoes ? null : sequence.After(work.Job, step);
        if (next is { OnlyLooks: true } || (next is not null && work.EndedTask is null && !work.Job.HoldsSlot(step.Name)))
        {
            work.Postpone(step.Name, row => row.Succeed(step, status, message, warnings, Now));
            return true;
        }

        if (!await WriteEndAsync(work, step, row => row.Succeed(step, status, message, warnings, Now), cancellation))
        {
            return false;
        }

        await followUp.EndedAsync(work, new JobChange
        {
            Percent = work.Job.Percent,
            Warnings = work.Job.Warnings > 0 ? work.Job.Warnings : null,
            Error = work.Job.Error,
            Message = message ?? "",
            QueuePosition = 0,
        }, next is null ? new StepSucceeded(work.Job.Id, step.Name) : null, cancellation);
        if (next is not null)
        {
            await followUp.SendAsync(work.Job.Id, sequence.Queue, TimeSpan.Zero, cancellation);
        }

        return false;
    }

    /// <param name="holds">Must still be so when it is written.</param>
    /// <returns>False: it was not, or the job is over.</returns>
    public async Task<bool> FailAsync(
        JobWork work, Step step, StepOutcome.Failed failed, CancellationToken cancellation, Func<Job, bool>? holds = null)
    {
        if (!await WriteEndAsync(work, step, row => row.Fail(step, failed, Now), cancellation, holds))
        {
            return false;
        }

        await followUp.EndedAsync(
            work,
            new JobChange { Error = work.Job.Error, Cancellable = false, Message = work.Job.FindStep(step.Name)!.Message },
            new StepFailed(work.Job.Id, step.Name),
            cancellation);
        return true;
    }

    /// <param name="first">Nothing was tried yet.</param>
    public async Task WaitInLineAsync(JobWork work, Step step, Slot slot, int place, bool first, CancellationToken cancellation)
    {
        var message = $"Waiting for a {slot.Class} slot on {slot.Node}, {place} in line";
        if (await WriteAsync(work, step, row => row.WaitInLine(step, slot.Node, message, first, Now), cancellation))
        {
            await followUp.WaitsInLineAsync(work, message, place, cancellation);
        }
    }

    /// <summary>The step's task ended without deciding the step: it runs again, to look or to try once more.</summary>
    /// <param name="delay">Zero: at once.</param>
    public async Task RepeatStepAsync(
        JobWork work, StepSequence sequence, Step step, StepStatus status, string? message, TimeSpan delay, CancellationToken cancellation)
    {
        if (await WriteAsync(work, step, row => row.Repeat(step, status, message), cancellation))
        {
            await followUp.DeferredAsync(work, sequence, step, message, keepsSlot: false, delay, cancellation);
        }
    }

    private async Task WatchAsync(JobWork work, StepSequence sequence, Step step, StepOutcome.Watch watch, CancellationToken cancellation)
    {
        var knewOfCancel = work.Job.Status == JobStatus.Cancelling && work.Job.FindStep(step.Name)?.Upid == watch.Upid.ToString();
        if (!await WriteAsync(work, step, row => row.Watch(step, watch, Now), cancellation))
        {
            return;
        }

        var (from, to) = work.Job.Share(step.Name);
        var task = new WatchedTask
        {
            Upid = watch.Upid.ToString(),
            ClusterId = work.Job.ClusterId!.Value,
            Job = work.Ref,
            Step = step.Name,
            CommandQueue = sequence.Queue,
            LookAfterwards = watch.LookAfterwards,
            From = from,
            To = to,
            HasSlot = work.Job.Slot is not null,
        };
        await followUp.WatchedAsync(work, task, cancellation);
        if (work.Job.Status == JobStatus.Cancelling && !knewOfCancel && !step.Undoes)
        {
            // Cancelled while the task was being started, or looked for: the request found no task to stop yet.
            await followUp.SendAsync(work.Job.Id, sequence.Queue, TimeSpan.Zero, cancellation);
        }
    }

    private async Task DeferAsync(JobWork work, StepSequence sequence, Step step, StepOutcome.Later later, CancellationToken cancellation)
    {
        var (knewOfCancel, hadSlot) = (work.Job.Status == JobStatus.Cancelling, work.Job.HoldsSlot(step.Name));
        if (await WriteAsync(work, step, row => row.Defer(step, later, Now), cancellation))
        {
            var delay = work.Job.Status == JobStatus.Cancelling && !knewOfCancel ? TimeSpan.Zero : later.Delay;
            await followUp.DeferredAsync(work, sequence, step, later.Message, hadSlot ? later.KeepsSlot : null, delay, cancellation);
        }
    }

    private async Task GoBackAsync(JobWork work, StepSequence sequence, Step step, StepOutcome.Back back, CancellationToken cancellation)
    {
        if (await WriteAsync(work, step, row => row.GoBack(step.Name, back.Step, back.Message), cancellation))
        {
            await followUp.DeferredAsync(work, sequence, step, back.Message, keepsSlot: null, TimeSpan.Zero, cancellation);
        }
    }

    /// <summary>Writes an edit, and gives the try's claim back with it.</summary>
    private Task<bool> WriteAsync(JobWork work, Step step, Action<Job> edit, CancellationToken cancellation)
    {
        var claim = work.Claim;
        return jobs.WriteAsync(
            work,
            step.Name,
            row =>
            {
                edit(row);
                row.Unclaim(claim);
                return true;
            },
            cancellation);
    }

    /// <summary>As <see cref="WriteAsync"/>, with the job's end and its mail where nothing is left to do.</summary>
    private Task<bool> WriteEndAsync(JobWork work, Step step, Action<Job> edit, CancellationToken cancellation, Func<Job, bool>? holds = null)
    {
        var (claim, ended) = (work.Claim, false);
        return jobs.WriteAsync(
            work,
            step.Name,
            row =>
            {
                if (holds?.Invoke(row) == false)
                {
                    return false;
                }

                edit(row);
                row.Unclaim(claim);
                ended = row.EndIfDone(step, Now);
                return true;
            },
            cancellation,
            beside: (db, row) => MailFailure(db, row, ended));
    }

    private void MailFailure(PanelDb db, Job row, bool ended)
    {
        if (ended)
        {
            mails.AddFailure(db, row);
        }
    }
}
