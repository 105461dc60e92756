namespace MultiPanel.Contracts.Jobs;

/// <summary>Somebody wants the job to end; its row already says <see cref="JobStatus.Cancelling"/>.</summary>
public sealed record CancelRequested(Guid JobId) : IJobMessage;
