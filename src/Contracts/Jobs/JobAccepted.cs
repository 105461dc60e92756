namespace MultiPanel.Contracts.Jobs;

/// <summary>The answer to a command: 202, with the job to follow.</summary>
public sealed record JobAccepted(Guid JobId, JobStatus Status);
