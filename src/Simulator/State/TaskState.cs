namespace MultiPanel.Simulator.State;

/// <summary>
/// A task. What it will log and when it will end is planned when it gets its locks, so nothing runs between two calls,
/// and a task goes on over a restart of the simulator as it would have in Proxmox.
/// </summary>
internal sealed class TaskState
{
    public required string Upid { get; init; }

    public required string Node { get; init; }

    public required string Type { get; init; }

    public required string Id { get; init; }

    public required string User { get; init; }

    public required int Pid { get; init; }

    public required long PStart { get; init; }

    public required DateTimeOffset StartedAt { get; init; }

    public Dictionary<string, string> Args { get; init; } = [];

    public List<LogEntry> Log { get; init; } = [];

    /// <summary>Locks to take before the work begins, and held until its end.</summary>
    public List<LockRequest> Locks { get; set; } = [];

    /// <summary>Set while the task waits for its locks: when it gives up.</summary>
    public DateTimeOffset? GivesUpAt { get; set; }

    /// <summary>Planned end; null while it waits.</summary>
    public DateTimeOffset? EndsAt { get; set; }

    /// <summary>Planned exit status.</summary>
    public string Outcome { get; set; } = "OK";

    /// <summary>Volumes that the task made: "storage|node|name".</summary>
    public List<string> MadeVolumes { get; init; } = [];

    /// <summary>The configuration that a successful end writes.</summary>
    public SortedDictionary<string, string>? NewConfig { get; set; }

    public DateTimeOffset? EndedAt { get; set; }

    public string? ExitStatus { get; set; }

    public bool IsRunning => EndedAt is null;

    public DateTimeOffset? NextDue => EndedAt is not null ? null : GivesUpAt ?? EndsAt;
}

/// <summary>A log line, or the lines of a copy of a disk of <paramref name="Bytes"/> that takes until <paramref name="Until"/>.</summary>
/// <param name="Data">Bytes that are written in the disk; qemu-img counts these.</param>
/// <param name="StopsAt">Share of the copy, up to which it gets; less than 1 when it fails on the way.</param>
internal sealed record LogEntry(DateTimeOffset At, string Text, long Bytes = 0, long Data = 0, DateTimeOffset Until = default, double StopsAt = 1);

internal sealed record LockRequest(string Name, bool Exclusive);
