namespace MultiPanel.Contracts.Jobs;

/// <summary>A step's effect is there; its row in the job says how it went.</summary>
public sealed record StepSucceeded(Guid JobId, string Step) : IJobMessage;
