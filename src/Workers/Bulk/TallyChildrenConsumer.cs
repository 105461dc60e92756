using MassTransit;
using Microsoft.EntityFrameworkCore;
using MultiPanel.Contracts.Bulk;
using MultiPanel.Contracts.Jobs;
using MultiPanel.Data;
using MultiPanel.Data.Jobs;
using MultiPanel.Hosting.Jobs;
using MultiPanel.Hosting.Mails;
using MultiPanel.Progress;
using MultiPanel.Sagas.Workflows;
using MultiPanel.Workers.Ending;
using MultiPanel.Workers.Steps;

namespace MultiPanel.Workers.Bulk;

/// <summary>
/// Counts how a bulk job's children stand: its progress is theirs, its end comes with the last of them. A failing child
/// fails only itself: the bulk job succeeds with a warning for each, and fails only where none succeeded.
/// </summary>
public sealed class TallyChildrenConsumer(
    JobStore jobs, JobProgress progress, JobEnding ending, MessageSender sender, JobActivity activity, MailOutbox mails, PanelDatabase database, TimeProvider clock)
    : IConsumer<TallyChildren>
{
    /// <summary>Each child that ends has them counted; should that message be lost, this is how late it is noticed.</summary>
    private static readonly TimeSpan Watched = TimeSpan.FromSeconds(15);

    public async Task Consume(ConsumeContext<TallyChildren> context)
    {
        var cancellation = context.CancellationToken;
        if (await jobs.LoadAsync(context.Message.JobId, cancellation) is not { } parent)
        {
            return;
        }

        if (parent.IsFinal)
        {
            await sender.SendAsync(parent.Workflow, new ReleaseSaga(parent.Id), cancellation);
            return;
        }

        if (parent.Status == JobStatus.Cancelling)
        {
            await CancelChildrenAsync(parent, cancellation);
        }

        var (counts, percent) = await CountAsync(parent, cancellation);
        if (counts.Succeeded + counts.Failed + counts.Cancelled == counts.Total)
        {
            await EndAsync(parent, counts, cancellation);
            return;
        }

        await RunAsync(parent, counts, percent, cancellation);
        await activity.TouchAsync(parent.Id, Watched);
    }

    /// <returns>How the children stand, and the mean of their percents; one that is over counts in full.</returns>
    private async Task<(JobChildren Counts, double Percent)> CountAsync(Job parent, CancellationToken cancellation)
    {
        await using var db = database.OpenAll();
        var groups = await db.Jobs.Where(job => job.ParentId == parent.Id)
            .GroupBy(job => job.Status)
            .Select(group => new { Status = group.Key, Count = group.Count(), Percent = group.Sum(job => job.Percent) })
            .ToListAsync(cancellation);
        int Of(params JobStatus[] statuses) => groups.Where(group => statuses.Contains(group.Status)).Sum(group => group.Count);
        var counts = new JobChildren(
            groups.Sum(group => group.Count),
            Of(JobStatus.Running, JobStatus.Cancelling),
            Of(JobStatus.Succeeded),
            Of(JobStatus.Failed),
            Of(JobStatus.Cancelled));
        var over = counts.Succeeded + counts.Failed + counts.Cancelled;
        var open = groups.Where(group => group.Status is JobStatus.Queued or JobStatus.Running or JobStatus.Cancelling).Sum(group => group.Percent);
        return (counts, Math.Round(((over * 100) + open) / Math.Max(1, counts.Total), 1));
    }

    /// <summary>What can no longer be cancelled ends by itself.</summary>
    private async Task CancelChildrenAsync(Job parent, CancellationToken cancellation)
    {
        await using var db = database.OpenAll();
        var open = db.Jobs.Where(job =>
            job.ParentId == parent.Id && (job.Status == JobStatus.Queued || job.Status == JobStatus.Running) && job.Cancellable);
        foreach (var child in await open.Select(job => new { job.Id, job.Workflow }).ToListAsync(cancellation))
        {
            var changed = await open.Where(job => job.Id == child.Id).ExecuteUpdateAsync(
                job => job.SetProperty(j => j.Status, JobStatus.Cancelling).SetProperty(j => j.Revision, j => j.Revision + 1), cancellation);
            if (changed == 1)
            {
                await sender.SendAsync(child.Workflow, new CancelRequested(child.Id), cancellation);
            }
        }
    }

    private async Task RunAsync(Job parent, JobChildren counts, double percent, CancellationToken cancellation)
    {
        var now = clock.GetUtcNow().UtcDateTime;
        var message = Sentence(counts);
        var running = parent.Status == JobStatus.Queued
            ? await jobs.ChangeAsync(parent, row =>
            {
                row.Status = row.Status == JobStatus.Queued ? JobStatus.Running : row.Status;
                row.StartedAt ??= now;
                row.SetStep(BulkSteps.Children, step => step with { Status = StepStatus.Running, StartedAt = step.StartedAt ?? now });
                return true;
            }, cancellation)
            : parent;
        if (running is not null)
        {
            await progress.ReportRiseAsync(running.Ref(), new JobChange
            {
                Status = running.Status,
                Percent = percent,
                Message = message,
                Children = counts,
                StartedAt = running.StartedAt,
                Steps = [running.FindStep(BulkSteps.Children)! with { Percent = percent, Message = message }],
            }, cancellation);
        }
    }

    private async Task EndAsync(Job parent, JobChildren counts, CancellationToken cancellation)
    {
        var now = clock.GetUtcNow().UtcDateTime;
        var error = Error(counts, parent.Status == JobStatus.Cancelling);
        var written = await jobs.ChangeAsync(parent, row =>
        {
            row.Error = error;
            row.Warnings = error is null ? counts.Failed + counts.Cancelled : 0;
            row.StartedAt ??= now;
            row.Cancellable = false;
            row.SetStep(BulkSteps.Children, step => step with
            {
                Status = error is null ? StepStatus.Succeeded : StepStatus.Failed,
                StartedAt = step.StartedAt ?? now,
                FinishedAt = now,
                Percent = 100,
                Message = Sentence(counts),
            });
            row.End(now);
            return true;
        }, cancellation, beside: mails.AddFailure);
        if (written is not null)
        {
            mails.Wake();
            await progress.ReportAsync(written.Ref(), new JobChange { Children = counts }, cancellation);
            await ending.FollowAsync(new EndedJob(written) { SharesTarget = false }, cancellation);
            await sender.SendAsync(
                written.Workflow,
                error is null ? new StepSucceeded(written.Id, BulkSteps.Children) : new StepFailed(written.Id, BulkSteps.Children),
                cancellation);
        }
    }

    private static JobError? Error(JobChildren counts, bool cancelling) => counts switch
    {
        { Cancelled: > 0 } when cancelling => JobErrorTranslation.Cancelled with { Step = BulkSteps.Children },
        { Succeeded: > 0 } or { Total: 0 } => null,
        { Failed: > 0 } => new JobError
        {
            Code = JobErrorCodes.ChildrenFailed,
            Message = $"None succeeded: {Sentence(counts)}. Each child says why.",
            Step = BulkSteps.Children,
        },
        _ => JobErrorTranslation.Cancelled with { Step = BulkSteps.Children },
    };

    private static string Sentence(JobChildren counts)
    {
        var open = counts.Total - counts.Succeeded - counts.Failed - counts.Cancelled;
        return string.Join(", ", new[]
        {
            (counts.Succeeded, "succeeded"), (counts.Failed, "failed"), (counts.Cancelled, "cancelled"), (open, "to go"),
        }.Where(part => part.Item1 > 0).Select(part => $"{part.Item1} {part.Item2}"));
    }
}
