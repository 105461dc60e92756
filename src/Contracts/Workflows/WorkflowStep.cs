namespace MultiPanel.Contracts.Workflows;

/// <summary>One planned step of a workflow.</summary>
/// <param name="Name">As a job shows it.</param>
/// <param name="Weight">Its share of the job's 0 to 100 percent, relative to the other steps: roughly the time it takes.</param>
public sealed record WorkflowStep(string Name, double Weight = 1);
