namespace MultiPanel.Sagas.Tests.Jobs;

/// <summary>A state of a workflow, the step that it waits for, and the queue that the step is asked at.</summary>
public sealed record Phase(string State, string Step, string Queue);
