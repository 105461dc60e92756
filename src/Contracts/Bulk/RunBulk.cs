using MultiPanel.Contracts.Jobs;

namespace MultiPanel.Contracts.Bulk;

/// <summary>Follow the children of a bulk job, which were accepted with it, to their ends.</summary>
public sealed record RunBulk : IJobCommand
{
    public required Guid JobId { get; init; }
}

/// <summary>The steps that a bulk job shows.</summary>
public static class BulkSteps
{
    public const string Children = "children";
}

/// <summary>Count how a bulk job's children stand: one of them has ended, or the bulk job is to be cancelled.</summary>
public sealed record TallyChildren(Guid JobId) : IJobMessage;
