namespace MultiPanel.Contracts.Jobs;

/// <summary>Where a job stands. <see cref="Succeeded"/>, <see cref="Failed"/> and <see cref="Cancelled"/> are final: nothing changes them.</summary>
public enum JobStatus
{
    Queued,
    Running,
    Cancelling,
    Succeeded,
    Failed,
    Cancelled,
}

/// <summary>Who goes first when slots are short: a person waiting at a screen, an operator's command, work that no person waits for.</summary>
public enum JobPriority
{
    Interactive,
    Operator,
    Background,
}
