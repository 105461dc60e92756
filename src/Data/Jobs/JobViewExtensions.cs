using MultiPanel.Contracts.Jobs;

namespace MultiPanel.Data.Jobs;

public static class JobViewExtensions
{
    /// <summary>The row as the API shows it, without what only Redis knows.</summary>
    public static JobView ToView(this Job job) => new()
    {
        Id = job.Id,
        Kind = job.Kind,
        Status = job.Status,
        Percent = job.Percent,
        Message = job.Message,
        CompanyId = job.CompanyId,
        RequestedBy = new JobRequester(job.RequestedById, job.RequestedByName),
        ClusterId = job.ClusterId,
        Target = new JobTarget(job.TargetType, job.TargetId, job.TargetName),
        Steps = job.Steps,
        Error = job.Error,
        Warnings = job.Warnings,
        Priority = job.Priority,
        ParentId = job.ParentId,
        Attempt = job.Attempt,
        Cancellable = job is { Cancellable: true, Status: JobStatus.Queued or JobStatus.Running },
        Retryable = job.Status == JobStatus.Failed,
        CreatedAt = job.CreatedAt,
        StartedAt = job.StartedAt,
        FinishedAt = job.FinishedAt,
    };
}
