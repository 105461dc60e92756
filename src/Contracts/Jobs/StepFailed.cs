namespace MultiPanel.Contracts.Jobs;

/// <summary>A step has failed for good; the job's row has the error. What it left behind is for its workflow to undo.</summary>
public sealed record StepFailed(Guid JobId, string Step) : IJobMessage;
