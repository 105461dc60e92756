using MultiPanel.Contracts.Jobs;
using MultiPanel.Data.Jobs;
using MultiPanel.Sagas.Admission;
using MultiPanel.Workers.WatchedTasks;

namespace MultiPanel.Workers.Ending;

/// <summary>A job with its final status, and what its last worker knows of it.</summary>
public sealed record EndedJob(Job Job)
{
    /// <summary>The steps that the last write changed; empty: not known.</summary>
    public IReadOnlyList<JobStep> ChangedSteps { get; init; } = [];

    /// <summary>The watched task that ended with it; null: none.</summary>
    public WatchedTask? Task { get; init; }

    /// <summary>The slot in which that task went well; null: it did not, or had none.</summary>
    public AdmissionRequest? WentWell { get; init; }

    /// <summary>What its saga waits for; null: nothing.</summary>
    public IJobMessage? Answer { get; init; }

    /// <summary>Other open jobs may wait for its target.</summary>
    public bool SharesTarget { get; init; } = true;
}
