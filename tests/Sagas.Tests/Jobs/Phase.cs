namespace MultiPanel.Sagas.Tests.Jobs;

/// <summary>A state of a workflow, the queue that it asks for steps at, and those steps in order; it waits for the last.</summary>
public sealed record Phase(string State, string Queue, params IReadOnlyList<string> Steps)
{
    public string Step => Steps[^1];
}
