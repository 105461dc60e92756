using Microsoft.EntityFrameworkCore;
using MultiPanel.Api.Auth;
using MultiPanel.Api.Http;
using MultiPanel.Api.Idempotency;
using MultiPanel.Contracts.Jobs;
using MultiPanel.Data;
using MultiPanel.Data.Jobs;
using MultiPanel.Hosting.Jobs;

namespace MultiPanel.Api.Jobs;

/// <summary>
/// Retries failed jobs: the same jobs, one attempt more. What their targets need is restored in the same transaction. A
/// thousand jobs cost as many queries as one.
/// </summary>
internal sealed class RetryJob(PanelDb db, CommandKey key, RetryTargets targets, JobChangePublisher publisher, CommandOutbox outbox, Caller caller, TimeProvider clock)
{
    /// <returns>All jobs that run again, the named one first; a bulk job's failed children come after it.</returns>
    /// <exception cref="ProblemException">403: the command is not the caller's to give. 404: there is none. 409: it cannot be retried, and why.</exception>
    public async Task<IReadOnlyList<Job>> RetryAsync(Guid id, CancellationToken cancellation)
    {
        var (retried, refused) = await RetryAsync([id], cancellation);
        return refused.TryGetValue(id, out var why) ? throw why : retried;
    }

    /// <summary>Retries the jobs in one transaction; one that cannot be retried does not stop the others.</summary>
    /// <returns>All jobs that run again, each bulk job before its children; and for each named job that does not, 404 or 409 with the reason.</returns>
    public async Task<(IReadOnlyList<Job> Retried, IReadOnlyDictionary<Guid, ProblemException> Refused)> RetryAsync(
        IReadOnlyCollection<Guid> ids, CancellationToken cancellation)
    {
        db.ChangeTracker.Clear();
        var named = await db.Jobs.Where(job => ids.Contains(job.Id)).OrderBy(job => job.Id).ToListAsync(cancellation);
        var refused = ids.Except(named.Select(job => job.Id)).ToDictionary(id => id, id => Problems.NotFound("job", id));
        foreach (var job in named)
        {
            if ((caller.WhyNot(job) ?? Check(job)) is { } why)
            {
                refused.Add(job.Id, why);
            }
        }

        var open = named.FindAll(job => !refused.ContainsKey(job.Id));
        var children = await ChildrenAsync(open, cancellation);
        List<Job> retried;
        try
        {
            await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
            var lost = await targets.RestoreAsync([.. open.Where(job => !job.HasChildren()).Union(children.SelectMany(parent => parent))], cancellation);
            retried = Choose(open, children, lost, refused);
            if (retried.Count > 0)
            {
                await SaveAsync(retried, cancellation);
                await transaction.CommitAsync(cancellation);
            }
        }
        catch (DbUpdateException raced) when (raced is DbUpdateConcurrencyException || DatabaseFailures.IsDuplicate(raced))
        {
            return ids.Count > 1
                ? await OneByOneAsync(ids, cancellation)
                : ([], new Dictionary<Guid, ProblemException> { [ids.Single()] = Problems.Conflict("not_retryable", "Somebody else has just tried the job again.") });
        }

        foreach (var job in retried)
        {
            Publish(job);
        }

        return (retried, refused);
    }

    /// <summary>Another request retried one of them at the same moment, so none was saved.</summary>
    private async Task<(IReadOnlyList<Job>, IReadOnlyDictionary<Guid, ProblemException>)> OneByOneAsync(IEnumerable<Guid> ids, CancellationToken cancellation)
    {
        var retried = new List<Job>();
        var refused = new Dictionary<Guid, ProblemException>();
        foreach (var id in ids)
        {
            var one = await RetryAsync([id], cancellation);
            retried.AddRange(one.Retried);
            refused = refused.Concat(one.Refused).ToDictionary();
        }

        return (retried, refused);
    }

    private async Task<ILookup<Guid, Job>> ChildrenAsync(List<Job> jobs, CancellationToken cancellation)
    {
        var parents = jobs.Where(job => job.HasChildren()).Select(job => (Guid?)job.Id).ToList();
        var failed = parents.Count == 0
            ? []
            : await db.Jobs.Where(job => parents.Contains(job.ParentId) && job.Status == JobStatus.Failed).OrderBy(job => job.Id).ToListAsync(cancellation);
        return failed.ToLookup(child => child.ParentId!.Value);
    }

    /// <summary>A bulk job runs again if any of its children does.</summary>
    private static List<Job> Choose(
        List<Job> jobs, ILookup<Guid, Job> children, IReadOnlyDictionary<Guid, ProblemException> lost, Dictionary<Guid, ProblemException> refused)
    {
        var chosen = new List<Job>();
        foreach (var job in jobs)
        {
            if (!job.HasChildren())
            {
                if (lost.TryGetValue(job.Id, out var why))
                {
                    refused.Add(job.Id, why);
                }
                else
                {
                    chosen.Add(job);
                }
            }
            else if (children[job.Id].Where(child => !lost.ContainsKey(child.Id)).ToList() is { Count: > 0 } again)
            {
                chosen.AddRange([job, .. again]);
            }
            else
            {
                refused.Add(job.Id, Problems.Conflict("not_retryable", children[job.Id].FirstOrDefault() is { } first
                    ? $"None of its failed jobs can be tried again: {lost[first.Id].Message}"
                    : "None of its jobs has failed."));
            }
        }

        return [.. chosen.Distinct()];
    }

    /// <summary>A bulk job succeeds although some of its children have failed; those are what is retried.</summary>
    private static ProblemException? Check(Job job) => job.IsBeingUndone()
        ? Problems.Conflict("target_busy", "What the job had made is being taken back at this moment. Wait until its undo has ended, then send the command again.")
        : job.Status == JobStatus.Failed || (job.HasChildren() && job.IsFinal)
        ? null
        : Problems.Conflict("not_retryable", job.Status switch
        {
            JobStatus.Succeeded => "The job has succeeded; send the command again if it is to be done once more.",
            JobStatus.Cancelled => "The job was cancelled and what it had made was taken back; send the command again.",
            _ => $"The job is {Words.Of(job.Status)}; only a failed one can be tried again.",
        });

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

    /// <summary>Redis refuses changes of a job that has ended until it is reopened, so reopen it before its command is sent.</summary>
    private void Publish(Job job)
    {
        var view = job.ToView();
        publisher.Publish(job.Id, progress => progress.PublishNewAsync(view), (_, _) =>
        {
            outbox.Enqueue(job);
            return Task.CompletedTask;
        });
    }
}
