namespace MultiPanel.Contracts.Jobs;

/// <summary>The workflow is over: give the job its final status, which follows from what its row says of the steps.</summary>
public sealed record EndJob(Guid JobId) : IJobMessage;
