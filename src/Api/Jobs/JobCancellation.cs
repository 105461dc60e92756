using Microsoft.EntityFrameworkCore;
using MultiPanel.Api.Http;
using MultiPanel.Contracts.Jobs;
using MultiPanel.Data;
using MultiPanel.Data.Jobs;
using MultiPanel.Hosting.Jobs;
using MultiPanel.Progress;

namespace MultiPanel.Api.Jobs;

/// <summary>Asks a job to end. The row says so first; telling its workflow is the fast path, and the reconciler's otherwise.</summary>
internal sealed class JobCancellation(PanelDb db, JobDispatcher dispatcher, JobProgress progress, LiveJobs live, ILogger<JobCancellation> log)
{
    /// <summary>A broker that is there takes a message within this; the caller does not wait for one that is not.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    /// <returns>The job; cancelling it again is fine.</returns>
    /// <exception cref="ProblemException">404: there is none. 409: it is over.</exception>
    public async Task<JobView> CancelAsync(Guid id, CancellationToken cancellation)
    {
        await db.Jobs
            .Where(job => job.Id == id && (job.Status == JobStatus.Queued || job.Status == JobStatus.Running))
            .ExecuteUpdateAsync(
                job => job.SetProperty(j => j.Status, JobStatus.Cancelling).SetProperty(j => j.Revision, j => j.Revision + 1), cancellation);
        var row = await db.Jobs.AsNoTracking().SingleOrDefaultAsync(job => job.Id == id, cancellation) ?? throw Problems.NotFound("job", id);
        if (row.IsFinal)
        {
            throw Problems.Conflict("job_over", $"The job has {Words.Of(row.Status)} already; there is nothing to cancel.");
        }

        await ReportAsync(row, cancellation);
        await TellAsync(row, cancellation);
        return await live.ViewAsync(row);
    }

    private Task<bool> ReportAsync(Job row, CancellationToken cancellation) => live.TryAsync(
        () => progress.ReportAsync(row.Id, row.CompanyId, new JobChange { Status = JobStatus.Cancelling, Cancellable = false }, cancellation),
        false);

    private async Task TellAsync(Job row, CancellationToken cancellation)
    {
        try
        {
            await dispatcher.SendAsync(row.Workflow, new CancelRequested(row.Id), cancellation).WaitAsync(Patience, cancellation);
        }
        catch (Exception away) when (!cancellation.IsCancellationRequested)
        {
            // Whatever the broker's trouble is: the row is the truth, and who drives the job reads it.
            log.LogWarning(away, "Job {Job} is to be cancelled, but its workflow could not be told yet", row.Id);
        }
    }
}
