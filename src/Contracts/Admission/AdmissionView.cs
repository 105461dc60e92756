using MultiPanel.Contracts.Jobs;

namespace MultiPanel.Contracts.Admission;

/// <summary><c>GET /api/clusters/{id}/admission</c>: who holds slots of a cluster and who waits for one.</summary>
public sealed record AdmissionView
{
    public required int ClusterId { get; init; }

    /// <summary>When the workers wrote this: within a second of a change, else every 10 s. Null: no worker has looked yet.</summary>
    public DateTime? At { get; init; }

    /// <summary>The limits in force, by class of work; <c>other</c> for classes that are not named.</summary>
    public required IReadOnlyDictionary<string, ClassLimits> Limits { get; init; }

    /// <summary>The lease that ends first comes first.</summary>
    public IReadOnlyList<SlotHolder> Holders { get; init; } = [];

    /// <summary>Line by line, each in the order in which it will be served; at most 500.</summary>
    public IReadOnlyList<SlotWaiter> Waiters { get; init; } = [];

    /// <summary>How many wait in all.</summary>
    public int Waiting { get; init; }

    /// <summary>Limits that lock timeouts and 59x answers have lowered for a while.</summary>
    public IReadOnlyList<SlowedNode> Slowed { get; init; } = [];
}

/// <summary>A job's step that has a slot.</summary>
/// <param name="LeaseEndsAt">When the slot is taken back unless its worker renews it.</param>
public sealed record SlotHolder(
    Guid JobId, string Step, string Class, string Node, string? Storage, int? CompanyId, JobPriority Priority, DateTime LeaseEndsAt);

/// <summary>A job's step that waits for one.</summary>
/// <param name="Position">Place in the line of its class, node and storage; 1 is next.</param>
public sealed record SlotWaiter(
    Guid JobId, string Step, string Class, string Node, string? Storage, int? CompanyId, JobPriority Priority, int Position, double? EtaSeconds);

/// <summary>A node that is given less of a class of work for a while.</summary>
/// <param name="Limit">How many may run there for now.</param>
public sealed record SlowedNode(string Node, string Class, int Limit);

/// <summary><c>PUT /api/clusters/{id}/admission</c>: limits by class of work; classes that are not named keep the defaults.</summary>
public sealed record AdmissionLimitsRequest
{
    public IReadOnlyDictionary<string, ClassLimits>? Limits { get; init; }
}
