namespace MultiPanel.Contracts.Jobs;

/// <summary>Why a job failed.</summary>
public sealed record JobError
{
    /// <summary>Stable, snake_case; see <see cref="JobErrorCodes"/>.</summary>
    public required string Code { get; init; }

    /// <summary>Plain words: what happened and what to do.</summary>
    public required string Message { get; init; }

    /// <summary>Proxmox's own text, unchanged.</summary>
    public string? Detail { get; init; }

    /// <summary>The last lines of the task's log, oldest first.</summary>
    public IReadOnlyList<string>? TaskLog { get; init; }

    /// <summary>The step that failed.</summary>
    public string? Step { get; init; }

    /// <summary>What was taken back afterwards, and what could not be, one sentence each.</summary>
    public IReadOnlyList<string>? Undone { get; init; }
}
