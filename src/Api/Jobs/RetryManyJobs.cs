using Microsoft.EntityFrameworkCore;
using MultiPanel.Api.Auth;
using MultiPanel.Api.Http;
using MultiPanel.Api.Idempotency;
using MultiPanel.Contracts.Jobs;
using MultiPanel.Contracts.Workflows;
using MultiPanel.Data;
using MultiPanel.Data.Jobs;

namespace MultiPanel.Api.Jobs;

/// <summary>Retries many failed jobs; one that cannot be retried does not stop the others.</summary>
internal sealed class RetryManyJobs(PanelDb db, RetryJob retry, CommandKey key, Caller caller)
{
    private const int Most = 500;

    /// <summary>Jobs in one transaction, which holds their companies' rows: small enough that other commands do not wait for long.</summary>
    private const int Chunk = 100;

    public static void Check(RetryRequest request, Rules rules)
    {
        rules.That(request.Ids is not { Count: 0 or > Most }, "ids", $"must have 1 to {Most} ids");
        rules.OneOf("kind", request.Kind, JobKinds.All);
        rules.OneOf("error_code", request.ErrorCode, JobErrorCodes.All);
        JobTargets.Checked(request.TargetType, rules);
        rules.Range("target_id", request.TargetId, 1, int.MaxValue);
        rules.Range("cluster_id", request.ClusterId, 1, int.MaxValue);
        rules.Range("company_id", request.CompanyId, 1, int.MaxValue);
    }

    public async Task<RetryResult> RetryAsync(RetryRequest request, CancellationToken cancellation)
    {
        if (request == new RetryRequest())
        {
            throw new ProblemException(400, "filter_required", "Name at least one field: which of the failed jobs are to be tried again?");
        }

        if (request.CompanyId is { } company && !caller.IsSuperAdmin && company != caller.CompanyId)
        {
            throw Problems.Forbidden("Only a super admin may try other companies' jobs again.");
        }

        // If the request is repeated under its key, what failed after the first request is not meant.
        var before = await key.BeginManyAsync(cancellation);
        var retried = new List<Guid>(before?.Done ?? []);
        var (found, more) = await FindAsync(request, before?.At, Math.Max(0, Most - retried.Count), cancellation);
        var refused = await NotFailedAsync([.. (request.Ids ?? []).Except(retried)], cancellation);
        var parents = found.Where(job => job.HasChildren).Select(job => new[] { job.Id });
        var others = found.Where(job => !job.HasChildren).Select(job => job.Id).Chunk(Chunk);
        foreach (var ids in parents.Concat(others))
        {
            // Some were retried with the bulk job that they belong to, or by the same request before.
            var (again, lost) = await retry.RetryAsync([.. ids.Except(retried).Except(refused.Select(refusal => refusal.JobId))], cancellation);
            retried.AddRange(again.Select(job => job.Id));
            refused.AddRange(lost.Select(why => new RetryRefusal(why.Key, why.Value.Code, why.Value.Message)));
        }

        if (before is not null)
        {
            // The same request at the same moment may have retried some of them: both callers hear that they run again.
            retried = [.. retried.Union(await key.DoneAsync(cancellation))];
            refused.RemoveAll(refusal => retried.Contains(refusal.JobId));
        }

        return new RetryResult(retried, refused, more);
    }

    /// <summary>The oldest that match.</summary>
    private async Task<(IReadOnlyList<(Guid Id, bool HasChildren)> Jobs, bool More)> FindAsync(RetryRequest request, DateTime? before, int most, CancellationToken cancellation)
    {
        var failed = db.Jobs.AsNoTracking().Where(job => job.Status == JobStatus.Failed);
        failed = before is { } sent ? failed.Where(job => job.FinishedAt <= sent) : failed;
        failed = request.Ids is { } ids ? failed.Where(job => ids.Contains(job.Id)) : failed;
        failed = request.Kind is { } kind ? failed.Where(job => job.Kind == kind) : failed;
        failed = request.TargetType is { } type ? failed.Where(job => job.TargetType == type) : failed;
        failed = request.TargetId is { } target ? failed.Where(job => job.TargetId == target) : failed;
        failed = request.ParentId is { } parent ? failed.Where(job => job.ParentId == parent) : failed;
        failed = request.ClusterId is { } cluster ? failed.Where(job => job.ClusterId == cluster) : failed;
        failed = request.CompanyId is { } company ? failed.Where(job => job.CompanyId == company) : failed;
        failed = request.Since is { } since ? failed.AcceptedSince(since) : failed;
        var found = new List<(Guid Id, bool HasChildren)>();
        await foreach (var job in failed.OrderBy(job => job.Id).Select(job => new { job.Id, job.Workflow, job.Error })
            .AsAsyncEnumerable().WithCancellation(cancellation))
        {
            if (request.ErrorCode is not { } code || job.Error?.Code == code)
            {
                found.Add((job.Id, WorkflowCatalog.Find(job.Workflow) is { HasChildren: true }));
            }

            if (found.Count > most)
            {
                break;
            }
        }

        return ([.. found.Take(most)], found.Count > most);
    }

    private async Task<List<RetryRefusal>> NotFailedAsync(IReadOnlyList<Guid> ids, CancellationToken cancellation)
    {
        if (ids.Count == 0)
        {
            return [];
        }

        var known = await db.Jobs.Where(job => ids.Contains(job.Id)).ToDictionaryAsync(job => job.Id, job => job.Status, cancellation);
        return [.. ids.Distinct().Where(id => known.GetValueOrDefault(id) != JobStatus.Failed).Select(id => known.TryGetValue(id, out var status)
            ? new RetryRefusal(id, "not_retryable", $"The job is {Words.Of(status)}; only a failed one can be tried again.")
            : new RetryRefusal(id, "job_not_found", $"There is no job {id}, or you may not see it."))];
    }
}
