using System.Text.Json.Serialization;
using MultiPanel.Contracts.Jobs;

namespace MultiPanel.Progress;

/// <summary>What has changed of a job; an absent field stays as it is.</summary>
public sealed record JobChange
{
    public JobStatus? Status { get; init; }

    public double? Percent { get; init; }

    public string? Message { get; init; }

    /// <summary>The steps that changed, each whole; absent or empty: none.</summary>
    [JsonPropertyName("changed_steps")]
    public IReadOnlyList<JobStep>? Steps { get; init; }

    public JobError? Error { get; init; }

    public int? Warnings { get; init; }

    /// <summary>Place in the line, from 1; 0 when it no longer waits.</summary>
    public int? QueuePosition { get; init; }

    /// <summary>Seconds; 0 when nothing is known.</summary>
    public double? EtaSeconds { get; init; }

    /// <summary>Of a bulk job.</summary>
    public JobChildren? Children { get; init; }

    public bool? Cancellable { get; init; }

    public JobPriority? Priority { get; init; }

    public bool? Retryable { get; init; }

    public DateTime? StartedAt { get; init; }

    public DateTime? FinishedAt { get; init; }
}
