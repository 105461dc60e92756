using MultiPanel.Contracts.Admission;
namespace MultiPanel.Sagas.Admission;

/// <summary>Who holds slots of a cluster and who waits, at one moment.</summary>
public sealed record AdmissionReport
{
    /// <summary>False after the counts were lost and before they are restored.</summary>
    public required bool Complete { get; init; }

    public required AdmissionLimits Limits { get; init; }

    /// <summary>The lease that ends first comes first.</summary>
    public required IReadOnlyList<AdmissionHolder> Holders { get; init; }

    /// <summary>Line by line (class, node, storage), each in the order in which it will be served.</summary>
    public required IReadOnlyList<AdmissionWaiter> Waiters { get; init; }

    /// <summary>Limits that lock timeouts and 59x answers have lowered.</summary>
    public required IReadOnlyList<SlowedNode> Slowed { get; init; }
}

/// <summary>Who has a slot.</summary>
/// <param name="LeaseEnd">When the slot is taken back unless it is renewed.</param>
public sealed record AdmissionHolder(AdmissionGrant Slot, DateTimeOffset LeaseEnd);

/// <summary>Who waits for one.</summary>
/// <param name="Position">Place in the line of its class, node and storage; 1 is next.</param>
public sealed record AdmissionWaiter(AdmissionGrant Wanted, int Position);
