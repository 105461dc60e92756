namespace MultiPanel.Contracts.Jobs;

/// <summary>The job has its final status already; a saga that a late message woke may go.</summary>
public sealed record ReleaseSaga(Guid JobId) : IJobMessage;
