namespace MultiPanel.Contracts.Jobs;

/// <summary>A user cancelled the job; its row already says <see cref="JobStatus.Cancelling"/>.</summary>
public sealed record CancelRequested(Guid JobId) : IJobMessage;
