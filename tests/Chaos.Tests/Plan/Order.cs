using MultiPanel.Contracts.VmOperations;

namespace MultiPanel.Chaos.Tests.Plan;

/// <summary>One command that a customer will give for the lane's VM.</summary>
public sealed record Order
{
    /// <summary>Null: make a VM.</summary>
    public VmAction? Action { get; init; }

    /// <summary>Make one: of the lane's own VM instead of a template.</summary>
    public bool OfOwn { get; init; }

    public string Template { get; init; } = "debian12";

    public bool Full { get; init; }

    public bool Start { get; init; }

    public string? Snapshot { get; init; }

    /// <summary>Migrate: which of the cluster's nodes, counted on from the VM's own.</summary>
    public int Node { get; init; }

    /// <summary>Resize, reconfigure: to how much.</summary>
    public int Size { get; init; }

    /// <summary>It is sent without waiting for the end of the one before.</summary>
    public bool AtOnce { get; init; }

    /// <summary>It is cancelled after that many further steps of the whole run; null: never.</summary>
    public int? CancelAfter { get; init; }

    /// <summary>Should it fail, it is tried again once.</summary>
    public bool Retry { get; init; }

    public override string ToString() => Action?.ToString() ?? (OfOwn ? "Clone" : "Create");
}
