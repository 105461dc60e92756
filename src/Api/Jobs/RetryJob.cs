using Microsoft.EntityFrameworkCore;
using MultiPanel.Api.Auth;
using MultiPanel.Api.Clusters;
using MultiPanel.Api.Companies;
using MultiPanel.Api.Http;
using MultiPanel.Api.Idempotency;
using MultiPanel.Api.Orphans;
using MultiPanel.Api.Templates;
using MultiPanel.Api.Vms;
using MultiPanel.Contracts.Bulk;
using MultiPanel.Contracts.Cloning;
using MultiPanel.Contracts.Jobs;
using MultiPanel.Contracts.Workflows;
using MultiPanel.Data;
using MultiPanel.Data.Jobs;
using MultiPanel.Hosting.Jobs;
using MultiPanel.Progress;
using MultiPanel.Proxmox.Http;

namespace MultiPanel.Api.Jobs;

/// <summary>Tries failed jobs again: the same job, one attempt more. What its target needs is put back in the same transaction.</summary>
internal sealed class RetryJob(PanelDb db, CommandKey key, RetryTargets targets, JobChangePublisher news, CommandOutbox outbox, TimeProvider clock)
{
    private static readonly string Bulk = JobMessages.Queue(typeof(RunBulk)), Clones = JobMessages.Queue(typeof(CloneVm));

    /// <returns>All jobs that run again, the named one first; a bulk job's failed children come after it.</returns>
    /// <exception cref="ProblemException">404: there is none. 409: it cannot be tried again, and why.</exception>
    public async Task<IReadOnlyList<Job>> RetryAsync(Guid id, CancellationToken cancellation)
    {
        db.ChangeTracker.Clear();
        var job = await db.Jobs.SingleOrDefaultAsync(row => row.Id == id, cancellation) ?? throw Problems.NotFound("job", id);
        CheckFailed(job);
        await CheckAloneAsync(job, cancellation);
        var companies = await CompaniesAsync(job, cancellation);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        foreach (var company in companies)
        {
            // Before any read: with the first one MariaDB fixes what the transaction sees, and the quotas would be counted
            // without what another had reserved while this one waited for the company.
            await db.LockCompanyAsync(company, cancellation);
        }

        var again = new List<Job> { job };
        if (job.Workflow == Bulk)
        {
            again.AddRange(await ChildrenAsync(id, cancellation));
        }
        else
        {
            await targets.RestoreAsync(job, cancellation);
        }

        try
        {
            await SaveAsync(again, cancellation);
            await transaction.CommitAsync(cancellation);
        }
        catch (DbUpdateException lost) when (lost is DbUpdateConcurrencyException || DatabaseFailures.IsDuplicate(lost))
        {
            throw Problems.Conflict("not_retryable", "Somebody else has just tried the job again.");
        }

        foreach (var row in again)
        {
            Tell(row);
        }

        return again;
    }

    /// <summary>Those whose quotas the retry may touch, in the one order in which all lock them.</summary>
    private async Task<IReadOnlyList<int>> CompaniesAsync(Job job, CancellationToken cancellation) => job.Workflow == Bulk
        ? await db.Jobs.Where(child => child.ParentId == job.Id && child.CompanyId != null)
            .Select(child => child.CompanyId!.Value).Distinct().OrderBy(id => id).ToListAsync(cancellation)
        : job.CompanyId is { } company ? [company] : [];

    /// <summary>Those that can be tried again.</summary>
    private async Task<IReadOnlyList<Job>> ChildrenAsync(Guid parent, CancellationToken cancellation)
    {
        var failed = await db.Jobs.Where(job => job.ParentId == parent && job.Status == JobStatus.Failed).OrderBy(job => job.Id).ToListAsync(cancellation);
        var again = new List<Job>();
        ProblemException? refusal = null;
        foreach (var child in failed)
        {
            try
            {
                await targets.RestoreAsync(child, cancellation);
                again.Add(child);
            }
            catch (ProblemException why)
            {
                refusal ??= why;
            }
        }

        return again.Count > 0
            ? again
            : throw Problems.Conflict("not_retryable", refusal is null ? "None of its jobs has failed." : $"None of its failed jobs can be tried again: {refusal.Message}");
    }

    /// <summary>A clone that is being deleted as a leftover must not be adopted by a new attempt.</summary>
    private async Task CheckAloneAsync(Job job, CancellationToken cancellation)
    {
        if (job.Workflow == Clones && job.TargetId is { } target && await db.Jobs.Where(other =>
            other.TargetType == job.TargetType && other.TargetId == target && other.Id != job.Id && other.FinishedAt == null)
            .Select(other => new { other.Id, other.Kind }).FirstOrDefaultAsync(cancellation) is { } busy)
        {
            throw Problems.Conflict("target_busy", $"{busy.Kind} ({busy.Id}) works on the same {job.TargetType}; try again when it has ended.");
        }
    }

    private static void CheckFailed(Job job)
    {
        // A bulk job succeeds although some of its children have failed; those are what is tried again.
        if (job.Status != JobStatus.Failed && !(job.Workflow == Bulk && job.IsFinal))
        {
            throw Problems.Conflict("not_retryable", job.Status switch
            {
                JobStatus.Succeeded => "The job has succeeded; send the command again if it is to be done once more.",
                JobStatus.Cancelled => "The job was cancelled and what it had made was taken back; send the command again.",
                _ => $"The job is {Words.Of(job.Status)}; only a failed one can be tried again.",
            });
        }
    }

    private Task<int> SaveAsync(List<Job> jobs, CancellationToken cancellation)
    {
        var now = clock.GetUtcNow().UtcDateTime;
        foreach (var job in jobs)
        {
            job.Retry(now);
            outbox.Plan(job);
            job.Revision++;
        }

        key.Note(db, jobs.Select(job => job.Id));
        return db.SaveChangesAsync(cancellation);
    }

    /// <summary>Redis takes changes of a job that was over only after it was opened again, so that comes before its command is sent.</summary>
    private void Tell(Job job)
    {
        var view = job.ToView();
        news.Tell(job.Id, progress => progress.PublishNewAsync(view), (_, _) =>
        {
            outbox.Enqueue(job);
            return Task.CompletedTask;
        });
    }
}
