using Microsoft.EntityFrameworkCore;
using MultiPanel.Api.Auth;
using MultiPanel.Api.Http;
using MultiPanel.Api.Idempotency;
using MultiPanel.Api.Live;
using MultiPanel.Contracts.Bulk;
using MultiPanel.Contracts.Jobs;
using MultiPanel.Data;
using MultiPanel.Data.Jobs;
using MultiPanel.Hosting.Jobs;
using MultiPanel.Progress;

namespace MultiPanel.Api.Jobs;

/// <summary>
/// Ends a job that has not started, and asks a running one to end. The row says so first; messages to its workflow are the
/// fast path, and the reconciler sends what was not sent.
/// </summary>
internal sealed class CancelJob(PanelDb db, CommandKey key, EndUnstartedJobs unstarted, JobChangePublisher publisher, CurrentJobs live, Caller caller)
{
    /// <summary>Children written at once.</summary>
    private const int Chunk = 100;

    /// <returns>The job; cancelling it again is fine.</returns>
    /// <exception cref="ProblemException">403: the command is not the caller's to give. 404: there is none. 409: it is over, or cannot be stopped.</exception>
    public async Task<JobView> CancelAsync(Guid id, CancellationToken cancellation)
    {
        while (true)
        {
            db.ChangeTracker.Clear();
            var job = await db.Jobs.SingleOrDefaultAsync(row => row.Id == id, cancellation) ?? throw Problems.NotFound("job", id);
            Check(job);
            if (caller.WhyNot(job) is { } refused)
            {
                throw refused;
            }

            try
            {
                key.Note(db, id);
                await SaveAsync([job], cancellation);
            }
            catch (DbUpdateConcurrencyException)
            {
                // A worker wrote the row meanwhile; decide again from the new row.
                continue;
            }

            if (job.HasChildren())
            {
                await CancelChildrenAsync(id, cancellation);
            }

            return await live.ViewAsync(job);
        }
    }

    private static void Check(Job job)
    {
        if (job.IsFinal)
        {
            throw Problems.Conflict("job_over", $"The job has {Words.Of(job.Status)} already; there is nothing to cancel.");
        }

        if (job is { Status: JobStatus.Running, Cancellable: false })
        {
            var step = job.Steps.FindLast(step => step.Status is StepStatus.Running or StepStatus.Uncertain or StepStatus.Waiting)
                ?? job.Steps.FindLast(step => step.Status != StepStatus.Pending);
            var at = string.Join(", ", new[] { step?.Message, step?.Upid }.OfType<string>());
            throw Problems.Conflict(
                "not_cancellable",
                $"The job is at its step '{step?.Name}'{(at.Length > 0 ? $" ({at})" : "")}, which Proxmox cannot stop half-way or whose effect is there already. It ends by itself.");
        }
    }

    /// <summary>Children that cannot be stopped end by themselves. A child that a worker writes meanwhile is read again.</summary>
    private async Task CancelChildrenAsync(Guid parent, CancellationToken cancellation)
    {
        var open = await db.Jobs.Where(job => job.ParentId == parent && (job.Status == JobStatus.Queued || (job.Status == JobStatus.Running && job.Cancellable)))
            .OrderBy(job => job.Id).Select(job => job.Id).ToListAsync(cancellation);
        foreach (var chunk in open.Chunk(Chunk))
        {
            if (!await TryCancelAsync(chunk, cancellation))
            {
                foreach (var child in chunk)
                {
                    while (!await TryCancelAsync([child], cancellation))
                    {
                        // A worker wrote it at the same moment.
                    }
                }
            }
        }

        publisher.Publish(parent, _ => Task.CompletedTask, JobChangePublisher.Message(new TallyChildren(parent)));
    }

    /// <returns>False: another writer changed one of them; none was changed here.</returns>
    private async Task<bool> TryCancelAsync(Guid[] ids, CancellationToken cancellation)
    {
        db.ChangeTracker.Clear();
        var jobs = await db.Jobs.Where(job => ids.Contains(job.Id)).ToListAsync(cancellation);
        try
        {
            await SaveAsync([.. jobs.Where(job => job.Status == JobStatus.Queued || job is { Status: JobStatus.Running, Cancellable: true })], cancellation);
            return true;
        }
        catch (DbUpdateConcurrencyException)
        {
            return false;
        }
    }

    private async Task SaveAsync(IReadOnlyList<Job> jobs, CancellationToken cancellation)
    {
        var ended = await unstarted.EndAsync([.. jobs.Where(job => !job.HasChildren())], cancellation);
        foreach (var job in jobs.Except(ended).Where(job => job.Status != JobStatus.Cancelling))
        {
            job.Status = JobStatus.Cancelling;
            job.Revision++;
        }

        await using (var transaction = await db.Database.BeginTransactionAsync(cancellation))
        {
            await db.SaveChangesAsync(cancellation);
            await unstarted.RemoveAsync(ended, cancellation);
            await transaction.CommitAsync(cancellation);
        }

        foreach (var job in jobs)
        {
            Publish(job);
        }
    }

    private void Publish(Job job)
    {
        if (!job.IsFinal)
        {
            publisher.Publish(
                job.Id,
                progress => progress.ReportAsync(job.Ref(), new JobChange { Status = JobStatus.Cancelling, Cancellable = false }),
                JobChangePublisher.Message(new CancelRequested(job.Id), job.Workflow));
            return;
        }

        // JobEnded has a worker do what follows from the end; ReleaseSaga drops a saga that its command made.
        var view = job.ToView();
        publisher.Publish(
            job.Id,
            progress => progress.PublishAsync(view),
            [
                JobChangePublisher.Message(new ReleaseSaga(job.Id), job.Workflow),
                JobChangePublisher.Message(new JobEnded(job.Id)),
            ]);
    }
}
