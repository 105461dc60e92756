using MassTransit;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using MultiPanel.Contracts.Bulk;
using MultiPanel.Contracts.Jobs;
using MultiPanel.Data;
using MultiPanel.Data.Jobs;
using MultiPanel.Hosting.Jobs;
using MultiPanel.Hosting.Mails;
using MultiPanel.Progress;
using MultiPanel.Workers.Admission;
using MultiPanel.Workers.Estimates;
using MultiPanel.Workers.Liveness;
using MultiPanel.Workers.Steps;

namespace MultiPanel.Workers.Ending;

/// <summary>Gives a job its final status, once; then the last event.</summary>
public sealed class EndJobConsumer(
    JobStore ledger, JobProgress progress, MessageSender dispatcher, JobActivity driven, StepSlots slots,
    StepDurations durations, MailOutbox mails, PanelDatabase database, TimeProvider clock,
    ILogger<EndJobConsumer> log) : IConsumer<EndJob>
{
    public async Task Consume(ConsumeContext<EndJob> context)
    {
        var cancellation = context.CancellationToken;
        if (await ledger.LoadAsync(context.Message.JobId, cancellation) is not { } job)
        {
            return;
        }

        if (!job.IsFinal)
        {
            if (context.Message.Step is not { } last || job.FindStep(last)?.FinishedAt is null)
            {
                log.LogInformation("Job {Job} is in its attempt {Attempt}; an earlier one's end came late", job.Id, job.Attempt);
                return;
            }

            if (Unfinished(job) is { } step)
            {
                // Its saga ended too early; the reconciler drives the job again and the steps find what is done.
                log.LogError("Job {Job} was to end, but its step {Step} is not done", job.Id, step);
                return;
            }

            job = await ledger.ChangeAsync(job, End, cancellation, beside: mails.AddFailure) ?? job;
            mails.Wake();
        }

        await progress.PublishAsync(job.ToView());
        await slots.ReleaseAllAsync(job, cancellation);
        await durations.LearnAsync(job);
        await driven.ForgetAsync(job.Id);
        await WakeNextAsync(job, cancellation);
        if (job.ParentId is { } parent)
        {
            await dispatcher.SendAsync(JobMessages.Queue(typeof(TallyChildren)), new TallyChildren(parent), cancellation);
        }
    }

    private static string? Unfinished(Job job) => job.Error is not null
        ? null
        : job.Steps.Find(step => step.Status is not (StepStatus.Succeeded or StepStatus.Skipped))?.Name;

    private bool End(Job job)
    {
        job.End(clock.GetUtcNow().UtcDateTime);
        return true;
    }

    /// <summary>Commands on one VM wait for each other.</summary>
    private async Task WakeNextAsync(Job job, CancellationToken cancellation)
    {
        await using var db = database.OpenAll();
        var next = await db.Jobs.AsNoTracking()
            .Where(other => other.TargetType == job.TargetType && other.TargetId == job.TargetId && other.FinishedAt == null && other.Id != job.Id)
            .OrderBy(other => other.QueuedAt).ThenBy(other => other.Id)
            .FirstOrDefaultAsync(cancellation);
        if (next is { StartedAt: not null, TargetId: not null, Slot: null })
        {
            await dispatcher.SendAsync(next, cancellation);
        }
    }
}
