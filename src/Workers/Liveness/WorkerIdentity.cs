namespace MultiPanel.Workers.Liveness;

/// <summary>This worker process among all; a new one with every start.</summary>
public sealed class WorkerIdentity
{
    public string Id { get; } = $"{Environment.MachineName}-{Environment.ProcessId}-{Guid.NewGuid().ToString("N")[..8]}";
}
