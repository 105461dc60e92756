using Microsoft.EntityFrameworkCore;
using MultiPanel.Api.Auth;
using MultiPanel.Api.Http;
using MultiPanel.Api.Idempotency;
using MultiPanel.Api.Live;
using MultiPanel.Contracts.Jobs;
using MultiPanel.Data;
using MultiPanel.Data.Jobs;
using MultiPanel.Hosting.Jobs;
using MultiPanel.Progress;

namespace MultiPanel.Api.Jobs;

/// <summary>Moves jobs forward or back in the queues for slots; a bulk job with all its children that have not ended.</summary>
internal sealed class PrioritizeJob(PanelDb db, CommandKey key, JobChangePublisher publisher, CurrentJobs live, Caller caller)
{
    /// <exception cref="ProblemException">403: not that urgent. 404: there is none. 409: it is over.</exception>
    public async Task<JobView> SetAsync(Guid id, JobPriority priority, CancellationToken cancellation)
    {
        var row = await db.Jobs.AsNoTracking().SingleOrDefaultAsync(job => job.Id == id, cancellation) ?? throw Problems.NotFound("job", id);
        if (priority == JobPriority.Interactive && row.Priority != priority && !caller.Allows(Permissions.UrgeJobs))
        {
            throw Problems.Forbidden("Only an admin may move a job up to interactive, where it goes before everybody's.");
        }

        var open = Open(row);
        await using (var transaction = await db.Database.BeginTransactionAsync(cancellation))
        {
            key.Note(db, id);
            await db.SaveChangesAsync(cancellation);
            await open.Where(job => job.Priority != priority).ExecuteUpdateAsync(
                set => set.SetProperty(job => job.Priority, priority).SetProperty(job => job.Revision, job => job.Revision + 1), cancellation);
            row = await db.Jobs.AsNoTracking().SingleAsync(job => job.Id == id, cancellation);
            if (row.IsFinal)
            {
                throw Problems.Conflict("job_over", $"The job has {Words.Of(row.Status)} already; there is nothing to hurry.");
            }

            await transaction.CommitAsync(cancellation);
        }

        foreach (var job in await open.AsNoTracking().OrderBy(job => job.Id).ToListAsync(cancellation))
        {
            Publish(job);
        }

        return await live.ViewAsync(row);
    }

    private IQueryable<Job> Open(Job row)
    {
        var withChildren = row.HasChildren();
        return db.Jobs
            .Where(job => job.Id == row.Id || (withChildren && job.ParentId == row.Id))
            .Where(job => job.Status == JobStatus.Queued || job.Status == JobStatus.Running || job.Status == JobStatus.Cancelling);
    }

    /// <summary>The repeated command makes the saga repeat its step, and the step requests its slot with the row's new priority.</summary>
    private void Publish(Job job) => publisher.Publish(
        job.Id,
        progress => progress.ReportAsync(job.Ref(), new JobChange { Priority = job.Priority }),
        (sender, cancellation) => sender.SendAsync(job, cancellation));
}
