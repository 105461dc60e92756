using MassTransit;
using MultiPanel.Contracts.Jobs;
using MultiPanel.Data.Jobs;
using MultiPanel.Hosting.Jobs;
using MultiPanel.Progress;
using MultiPanel.Workers.Admission;
using MultiPanel.Workers.Ending;
using MultiPanel.Workers.Estimates;
using MultiPanel.Workers.WatchedTasks;
using StackExchange.Redis;

namespace MultiPanel.Workers.Steps;

/// <summary>What follows from a row that was written: what Redis knows of it, in one round trip; then messages to its saga, its sequence and to jobs that waited.</summary>
public sealed class StepFollowUp(
    JobProgress progress, MessageSender sender, IMessageScheduler scheduler, StepSlots slots, JobActivity activity, JobEnding ending,
    StepDurations durations, TimeProvider clock)
{
    /// <summary>Until the next message of the job should have had an effect.</summary>
    private static readonly TimeSpan OnItsWay = TimeSpan.FromSeconds(10);

    /// <summary>A waiter whose wake-up was lost asks again after this.</summary>
    private static readonly TimeSpan InLine = TimeSpan.FromSeconds(30);

    /// <summary>Time for a saga that was released to be gone; then the reconciler starts a new one.</summary>
    private static readonly TimeSpan Released = TimeSpan.FromSeconds(2);

    /// <summary>The row has decided what a command asks for: repeats that to the saga, and gives back a slot that was granted meanwhile.</summary>
    public async Task RepeatDecisionAsync(JobWork work, StepSequence sequence, StepDecision decision, CancellationToken cancellation)
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
            await ReleaseAsync(work, step, cancellation);
        }
    }

    /// <summary>A step has ended.</summary>
    public async Task EndedAsync(JobWork work, JobChange change, IJobMessage? answer, CancellationToken cancellation)
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

        await ReportAndReleaseAsync(work, change, work.ChangedSteps.Any(step => step.Name == JobStep.Undo) ? job.Steps : work.ChangedSteps, TimeSpan.Zero, cancellation);
        if (answer is not null)
        {
            await sender.SendAsync(job.Workflow, answer, cancellation);
        }
    }

    public async Task WaitsInLineAsync(JobWork work, string message, int place, CancellationToken cancellation) =>
        await ReportAsync(work, new JobChange { Message = message, QueuePosition = place }, [await activity.TouchingAsync(work.Job.Id, InLine)], cancellation);

    public async Task WatchedAsync(JobWork work, WatchedTask task, CancellationToken cancellation) =>
        await ReportAsync(
            work,
            new JobChange { Message = work.Job.FindStep(task.Step)?.Message ?? "", QueuePosition = 0, Cancellable = work.Job.ToView().Cancellable },
            [WatchList.Adding(task), await activity.TouchingAsync(work.Job.Id, OnItsWay)],
            cancellation);

    /// <summary>The step is tried again after the delay; zero: at once.</summary>
    /// <param name="keepsSlot">Its slot is renewed, not given back; null: it had none.</param>
    public async Task DeferredAsync(
        JobWork work, StepSequence sequence, Step step, string? message, bool? keepsSlot, TimeSpan delay, CancellationToken cancellation)
    {
        // A step that succeeded right before this one is written with it, and gives its slot back here.
        await ReportAndReleaseAsync(
            work,
            new JobChange { Message = message ?? "", Cancellable = work.Job.ToView().Cancellable },
            work.ChangedSteps.Where(changed => changed.FinishedAt is not null),
            delay,
            cancellation);
        if (keepsSlot == true)
        {
            await slots.RenewAsync(StepSlots.Cluster(work.Job), [StepSlots.Holder(work.Job.Id, step.Name)], cancellation);
        }
        else if (keepsSlot == false)
        {
            await ReleaseAsync(work, step, cancellation);
        }

        await SendAsync(work.Job.Id, sequence.Queue, delay, cancellation);
    }

    /// <summary>Sends the command once more, later; the row says why already.</summary>
    public async Task AskLaterAsync(Guid job, string queue, TimeSpan delay, CancellationToken cancellation)
    {
        await activity.TouchAsync(job, delay + OnItsWay);
        await SendAsync(job, queue, delay, cancellation);
    }

    /// <summary>Sends the command of a sequence, after the delay; zero: at once.</summary>
    public async Task SendAsync(Guid job, string queue, TimeSpan delay, CancellationToken cancellation)
    {
        var command = JobMessages.StepCommand(queue, job);
        if (delay <= TimeSpan.Zero)
        {
            await sender.SendAsync(queue, command, cancellation);
            return;
        }

        await scheduler.ScheduleSend(JobMessages.Address(queue), (clock.GetUtcNow() + delay).UtcDateTime, command, command.GetType(), cancellation);
    }

    private async Task ReportAndReleaseAsync(JobWork work, JobChange change, IEnumerable<JobStep> released, TimeSpan delay, CancellationToken cancellation)
    {
        List<ScriptCall> scripts = [.. slots.Releasing(work.Job, released, work.WentWell)];
        var releases = scripts.Count;
        scripts.Add(await activity.TouchingAsync(work.Job.Id, delay + OnItsWay));
        var answers = await ReportAsync(work, change, scripts, cancellation);
        await slots.WakeAsync(StepSlots.Cluster(work.Job), answers.Take(releases), cancellation);
    }

    private async Task ReleaseAsync(JobWork work, Step step, CancellationToken cancellation)
    {
        if (work.Job.ClusterId is not null)
        {
            await slots.ReleaseAsync(StepSlots.Cluster(work.Job), StepSlots.Holder(work.Job.Id, step.Name), cancellation);
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
}
