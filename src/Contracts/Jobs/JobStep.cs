namespace MultiPanel.Contracts.Jobs;

/// <summary>One step of a job, as planned at first and as it went at the end.</summary>
public sealed record JobStep
{
    /// <summary>The name of the step that takes back what a failed or cancelled job made; it is added when it is needed.</summary>
    public const string Undo = "undo";

    public required string Name { get; init; }

    public StepStatus Status { get; init; } = StepStatus.Pending;

    /// <summary>0 to 100; absent where Proxmox reports none.</summary>
    public double? Percent { get; init; }

    /// <summary>The Proxmox task that does the step, if one does. Stored before the wait for it begins.</summary>
    public string? Upid { get; init; }

    public string? Node { get; init; }

    /// <summary>Since when Proxmox has been failing it (a lost answer, a lock, an unreachable node); the limit of retries counts from here.</summary>
    public DateTime? TroubleSince { get; init; }

    /// <summary>How often the answer to a call that changes something was lost.</summary>
    public int Losses { get; init; }

    /// <summary>Proxmox refused the call that would have begun it, so nothing of it was begun.</summary>
    public bool Refused { get; init; }

    /// <summary>Since when it has been waiting for a slot; that time does not count against the limit.</summary>
    public DateTime? InLineSince { get; init; }

    /// <summary>Which worker acted on it last.</summary>
    public string? Worker { get; init; }

    /// <summary>How many Proxmox tasks were started for it; more than one after a lock was not to be had, for example.</summary>
    public int Tasks { get; init; }

    public DateTime? StartedAt { get; init; }

    public DateTime? FinishedAt { get; init; }

    /// <summary>What an operator should know of this step, in plain words.</summary>
    public string? Message { get; init; }
}
