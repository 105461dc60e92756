namespace MultiPanel.Contracts.Jobs;

/// <summary>A job as the API shows it.</summary>
public sealed record JobView
{
    /// <summary>UUID v7; also the correlation id of its saga.</summary>
    public required Guid Id { get; init; }

    /// <summary>For example <c>vm.create</c>; each workflow's description lists its own.</summary>
    public required string Kind { get; init; }

    public required JobStatus Status { get; init; }

    /// <summary>0 to 100.</summary>
    public double Percent { get; init; }

    public string? Message { get; init; }

    public int? CompanyId { get; init; }

    public JobRequester? RequestedBy { get; init; }

    public int? ClusterId { get; init; }

    public required JobTarget Target { get; init; }

    public required IReadOnlyList<JobStep> Steps { get; init; }

    public JobError? Error { get; init; }

    /// <summary>Proxmox's <c>WARNINGS: n</c>, summed over the steps.</summary>
    public int Warnings { get; init; }

    public JobPriority Priority { get; init; }

    /// <summary>How many wait before it, counted from 1; only while it waits for a slot.</summary>
    public int? QueuePosition { get; init; }

    public double? EtaSeconds { get; init; }

    public Guid? ParentId { get; init; }

    public JobChildren? Children { get; init; }

    /// <summary>1 for the first try.</summary>
    public int Attempt { get; init; } = 1;

    public bool Cancellable { get; init; }

    public bool Retryable { get; init; }

    public required DateTime CreatedAt { get; init; }

    public DateTime? StartedAt { get; init; }

    public DateTime? FinishedAt { get; init; }
}

/// <summary>The answer to a command: 202, with the job to follow.</summary>
public sealed record JobAccepted(Guid JobId, JobStatus Status);

/// <summary>How the children of a bulk or pool job stand.</summary>
public sealed record JobChildren(int Total, int Running, int Succeeded, int Failed, int Cancelled);

/// <summary>The user whose command a job is.</summary>
public sealed record JobRequester(int? Id, string Username);

/// <summary>What a job works on. <paramref name="Id"/> is the panel's own id, not a VMID.</summary>
public sealed record JobTarget(string Type, int? Id, string? Name);
