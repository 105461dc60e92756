using MultiPanel.Contracts.Jobs;

namespace MultiPanel.Contracts.Bulk;

/// <summary>Follow the children of a bulk job, which were accepted with it, to their ends.</summary>
public sealed record RunBulk : IJobCommand
{
    public required Guid JobId { get; init; }
}
