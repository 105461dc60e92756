namespace MultiPanel.Contracts.Jobs;

/// <summary><c>GET /api/jobs/{id}/log</c>: the logs of the Proxmox tasks that did the job's steps, in the steps' order.</summary>
public sealed record JobLog(Guid JobId, IReadOnlyList<StepLog> Steps);

/// <summary>The log of one step's task.</summary>
public sealed record StepLog
{
    public required string Step { get; init; }

    public string? Node { get; init; }

    public required string Upid { get; init; }

    /// <summary>The last lines, oldest first.</summary>
    public required IReadOnlyList<string> Lines { get; init; }

    /// <summary>How many lines Proxmox has; absent where it did not answer.</summary>
    public int? Total { get; init; }

    /// <summary>Why these are not Proxmox's own lines of this moment.</summary>
    public string? Problem { get; init; }
}
