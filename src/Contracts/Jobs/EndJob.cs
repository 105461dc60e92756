namespace MultiPanel.Contracts.Jobs;

/// <summary>The workflow is over: give the job its final status, which follows from what its row says of the steps.</summary>
/// <param name="Step">
/// The step that was the last; unless the row says so too, the message belongs to an earlier attempt and counts for nothing.
/// Null: the row has its final status, and only what follows from it is to be done again.
/// </param>
public sealed record EndJob(Guid JobId, string? Step = null) : IJobMessage;
