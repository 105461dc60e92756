using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using MultiPanel.Contracts.Jobs;
using MultiPanel.Data;
using MultiPanel.Data.Jobs;
using MultiPanel.Hosting.Jobs;
using MultiPanel.Progress;
using MultiPanel.Workers.Ending;
using MultiPanel.Workers.Liveness;
using StackExchange.Redis;

namespace MultiPanel.Workers.Reconciling;

/// <summary>
/// Finds jobs that are stuck (their message lost, their worker dead, Redis emptied) and sends their command again, under the
/// same id. The saga, or a new one, asks for the step again; the step looks before it acts. Of a job that ended and whose worker
/// died right then, it does what follows from the end.
/// </summary>
public sealed class JobReconciler(
    PanelDatabase database, MessageSender sender, JobActivity activity, JobEnding ending, WorkerIdentity worker, IConnectionMultiplexer redis,
    TimeProvider clock, ILogger<JobReconciler> log) : LeasedService("reconciler", TimeSpan.FromSeconds(2), redis, worker, clock, log)
{
    /// <summary>How long a command sent again has to show an effect; then it is sent once more.</summary>
    private static readonly TimeSpan SentAgain = TimeSpan.FromSeconds(15);

    /// <summary>How long a job that Redis does not know has to show that it makes progress: it may just have been accepted.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(6);

    /// <summary>How long a job that cannot be sent yet is left alone: the <see cref="BacklogSender"/> has it.</summary>
    private static readonly TimeSpan InBacklog = TimeSpan.FromMinutes(1);

    /// <summary>How often all open jobs are looked for, beside those that are known to be stuck.</summary>
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(20);

    /// <summary>A round's worth: a great backlog is taken up in portions, oldest first, instead of flooding the broker.</summary>
    private const int Portion = 500;

    private DateTimeOffset looked;

    public override async Task RunOnceAsync(CancellationToken cancellation)
    {
        if (!await activity.IsCompleteAsync() || Clock.GetUtcNow() - looked >= LookEvery)
        {
            looked = Clock.GetUtcNow();
            await FindMissingAsync(cancellation);
        }

        await ResumeAsync(await activity.StuckAsync(Portion), cancellation);
    }

    /// <summary>Redis may never have known a job, or have been emptied.</summary>
    private async Task FindMissingAsync(CancellationToken cancellation)
    {
        var after = Guid.Empty;
        await using var db = database.OpenAll();
        while (true)
        {
            var open = await db.Jobs.AsNoTracking()
                .Where(job => job.Status == JobStatus.Running || job.Status == JobStatus.Cancelling || (job.Status == JobStatus.Queued && job.DispatchedAt != null))
                .Where(job => job.Id.CompareTo(after) > 0)
                .OrderBy(job => job.Id).Select(job => job.Id).Take(Portion).ToListAsync(cancellation);
            await activity.TouchAsync(await activity.MissingAsync(open), Grace);
            if (open.Count < Portion)
            {
                break;
            }

            after = open[^1];
        }

        await activity.SetCompleteAsync();
    }

    private async Task ResumeAsync(IReadOnlyList<Guid> stuck, CancellationToken cancellation)
    {
        if (stuck.Count == 0)
        {
            return;
        }

        await using var db = database.OpenAll();
        var jobs = await db.Jobs.AsNoTracking().Where(job => stuck.Contains(job.Id)).OrderBy(job => job.Id).ToListAsync(cancellation);
        var open = jobs.FindAll(job => !job.IsFinal && (job.Status != JobStatus.Queued || job.DispatchedAt is not null));
        await activity.TouchAsync([.. open.Select(job => job.Id)], SentAgain);
        await activity.TouchAsync([.. jobs.Where(job => job is { Status: JobStatus.Queued, DispatchedAt: null }).Select(job => job.Id)], InBacklog);
        if (open.Count > 0)
        {
            Log.LogInformation("Resuming {Count} stuck jobs", open.Count);
        }

        foreach (var job in open)
        {
            await TrySendAsync(job, cancellation);
        }

        foreach (var job in jobs.Where(job => job.IsFinal))
        {
            await ending.FollowAsync(new EndedJob(job) { Answer = new ReleaseSaga(job.Id) }, cancellation);
        }

        await activity.ForgetAsync([.. stuck.Except(jobs.Select(job => job.Id))]);
    }

    private async Task TrySendAsync(Job job, CancellationToken cancellation)
    {
        object command;
        try
        {
            command = MessageSender.Command(job);
        }
        catch (Exception unreadable) when (unreadable is JsonException or InvalidOperationException)
        {
            Log.LogError(unreadable, "Could not read the command of job {Job}: it is of another version; the other jobs go on", job.Id);
            return;
        }

        await sender.SendAsync(job.Workflow, command, cancellation);
    }
}
