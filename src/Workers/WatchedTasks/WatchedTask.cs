using MultiPanel.Progress;

namespace MultiPanel.Workers.WatchedTasks;

/// <summary>A running Proxmox task, and the job and step that wait for its end.</summary>
public sealed record WatchedTask
{
    public required string Upid { get; init; }

    public required int ClusterId { get; init; }

    public required JobRef Job { get; init; }

    public required string Step { get; init; }

    /// <summary>Where the command that runs the step again goes.</summary>
    public required string CommandQueue { get; init; }

    /// <summary>Whatever the task's end, run the step again.</summary>
    public bool LookAfterwards { get; init; }

    /// <summary>The step's share of the job's percent.</summary>
    public double From { get; init; }

    public double To { get; init; }

    /// <summary>The step holds a slot, whose lease the watcher renews.</summary>
    public bool HasSlot { get; init; }
}
