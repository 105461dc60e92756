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
