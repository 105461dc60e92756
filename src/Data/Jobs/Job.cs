using MultiPanel.Contracts.Jobs;
using MultiPanel.Contracts.Workflows;

namespace MultiPanel.Data.Jobs;

/// <summary>The durable record of one accepted command: the truth about it. What is live beside it is in Redis.</summary>
public sealed class Job
{
    /// <summary>UUID v7: sorts by age.</summary>
    public Guid Id { get; set; }

    public required string Kind { get; set; }

    public JobStatus Status { get; set; }

    public double Percent { get; set; }

    public string? Message { get; set; }

    public int? CompanyId { get; set; }

    public int? RequestedById { get; set; }

    public required string RequestedByName { get; set; }

    public int? ClusterId { get; set; }

    public required string TargetType { get; set; }

    public int? TargetId { get; set; }

    public string? TargetName { get; set; }

    /// <summary>The VM that the job clones (<see cref="IReadsSource"/>), by the panel's id: it is not deleted before it is cloned. Null: the job clones nothing.</summary>
    public int? SourceId { get; set; }

    /// <summary>
    /// The size that the job may give its target VM (<see cref="IGrowsVm"/>); quotas count the VM at that size until the job ends.
    /// A job that learns the size only from Proxmox writes it before it acts. Null: it makes nothing larger, or has ended.
    /// </summary>
    public WantedSize? GrowsTo { get; set; }

    public JobPriority Priority { get; set; }

    public Guid? ParentId { get; set; }

    public int Attempt { get; set; } = 1;

    /// <summary>Which workflow runs it: the queue of its saga, for example <c>clone-vm</c>.</summary>
    public required string Workflow { get; set; }

    /// <summary>The command, an <see cref="IJobCommand"/> as JSON.</summary>
    public required string Command { get; set; }

    public List<JobStep> Steps { get; set; } = [];

    public JobError? Error { get; set; }

    public int Warnings { get; set; }

    public DateTime CreatedAt { get; set; }

    /// <summary>When this attempt was accepted: commands on one VM are done in this order.</summary>
    public DateTime QueuedAt { get; set; }

    public DateTime? StartedAt { get; set; }

    public DateTime? FinishedAt { get; set; }

    /// <summary>When the command was last handed to the broker; null: it never was.</summary>
    public DateTime? DispatchedAt { get; set; }

    /// <summary>The try that may act on it now. It counts while its worker lists it in its heartbeat; null: none.</summary>
    public string? ClaimedBy { get; set; }

    /// <summary>False while it does what Proxmox cannot stop half-way, and after what it is for is done.</summary>
    public bool Cancellable { get; set; } = true;

    /// <summary>The slot of Proxmox work that its current step holds, as JSON, so that the count can be restored.</summary>
    public string? Slot { get; set; }

    /// <summary>Changes with every write; a writer that read an older one writes again.</summary>
    public int Revision { get; set; }

    public bool IsFinal => Status is JobStatus.Succeeded or JobStatus.Failed or JobStatus.Cancelled;
}
