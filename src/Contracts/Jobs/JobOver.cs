namespace MultiPanel.Contracts.Jobs;

/// <summary>The job has its final status already; a saga that a late message woke may go.</summary>
public sealed record JobOver(Guid JobId) : IJobMessage;
