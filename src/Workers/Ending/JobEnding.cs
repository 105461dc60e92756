using Microsoft.EntityFrameworkCore;
using MultiPanel.Contracts.Bulk;
using MultiPanel.Contracts.Jobs;
using MultiPanel.Data;
using MultiPanel.Data.Jobs;
using MultiPanel.Hosting.Jobs;
using MultiPanel.Hosting.Mails;
using MultiPanel.Progress;
using MultiPanel.Workers.Admission;
using MultiPanel.Workers.Estimates;
using MultiPanel.Workers.WatchedTasks;
using StackExchange.Redis;

namespace MultiPanel.Workers.Ending;

/// <summary>
/// What follows from a job's end, after its final status was written: the last event, the slots, who waited for the VM, the parent.
/// It may be done again: a job whose worker died in between stays in <see cref="JobActivity"/> until all of it is done.
/// </summary>
public sealed class JobEnding(
    JobProgress progress, JobActivity activity, StepSlots slots, StepDurations durations, MailOutbox mails, MessageSender sender, IConnectionMultiplexer redis,
    PanelDatabase database)
{
    /// <summary>Longer than all that follows takes.</summary>
    private static readonly TimeSpan FollowedUp = TimeSpan.FromSeconds(15);

    public async Task FollowAsync(EndedJob ended, CancellationToken cancellation)
    {
        var job = ended.Job;
        // A job that succeeded has given back what its earlier steps held; one that failed or was cancelled may have left steps in line.
        var holders = job.Status == JobStatus.Succeeded && ended.ChangedSteps.Count > 0 ? ended.ChangedSteps : job.Steps;
        List<ScriptCall> scripts = [.. slots.Releasing(job, holders, ended.WentWell)];
        var releases = scripts.Count;
        scripts.Add(progress.Publication(job.ToView()));
        if (ended.Task is { } task)
        {
            scripts.Add(WatchList.Removing(task));
        }

        scripts.Add(await activity.TouchingAsync(job.Id, FollowedUp)); // should this worker die or a send fail, the reconciler does it again
        var answers = await ScriptCall.RunTogetherAsync(redis.GetDatabase(), scripts);
        await slots.WakeAsync(StepSlots.Cluster(job), answers.Take(releases), cancellation);
        await durations.LearnAsync(job);
        if (ended.SharesTarget)
        {
            await WakeNextAsync(job, cancellation);
        }

        if (job.Status == JobStatus.Failed)
        {
            mails.Wake();
        }

        if (job.ParentId is { } parent)
        {
            await sender.SendAsync(JobMessages.Queue(typeof(TallyChildren)), new TallyChildren(parent), cancellation);
        }

        if (ended.Answer is { } answer)
        {
            await sender.SendAsync(job.Workflow, answer, cancellation);
        }

        activity.ForgetSoon(job.Id);
    }

    /// <summary>Commands on one VM wait for each other. One that was accepted after this one was read last looks again by itself.</summary>
    private async Task WakeNextAsync(Job job, CancellationToken cancellation)
    {
        if (job.TargetId is not { } target)
        {
            return;
        }

        await using var db = database.OpenAll();
        var next = await db.Jobs.AsNoTracking()
            .Where(other => other.TargetType == job.TargetType && other.TargetId == target && other.FinishedAt == null && other.Id != job.Id)
            .OrderBy(other => other.QueuedAt).ThenBy(other => other.Id)
            .FirstOrDefaultAsync(cancellation);
        if (next is { StartedAt: not null, Slot: null })
        {
            await sender.SendAsync(next, cancellation);
        }
    }
}
