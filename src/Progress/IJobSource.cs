using MultiPanel.Contracts.Jobs;

namespace MultiPanel.Progress;

/// <summary>Where the truth about a job is read when Redis does not have it.</summary>
public interface IJobSource
{
    /// <returns>Null: there is no such job.</returns>
    Task<JobView?> LoadAsync(Guid jobId, CancellationToken cancellation);
}
