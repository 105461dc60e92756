namespace MultiPanel.Contracts.Orphans;

/// <summary>Something that the panel and Proxmox do not agree on, found by the reconciler.</summary>
public sealed record OrphanView
{
    public required int Id { get; init; }

    public required OrphanKind Kind { get; init; }

    public required int ClusterId { get; init; }

    public string? ClusterName { get; init; }

    public required int Vmid { get; init; }

    public string? Node { get; init; }

    public string? Name { get; init; }

    /// <summary>The panel's VM: the row without a VM, or the one that the marker names.</summary>
    public int? OwnerId { get; init; }

    /// <summary>The job that made it, as the marker or the row says.</summary>
    public Guid? JobId { get; init; }

    public int? CompanyId { get; init; }

    /// <summary>What it is and what can be done, in plain words.</summary>
    public required string Message { get; init; }

    public required DateTime FoundAt { get; init; }

    /// <summary>When this was last seen to be so.</summary>
    public required DateTime SeenAt { get; init; }
}

public enum OrphanKind
{
    /// <summary>A VM in Proxmox carries our marker, but the panel has no such VM.</summary>
    VmWithoutOwner,

    /// <summary>The panel has a VM that Proxmox says is gone.</summary>
    OwnerWithoutVm,

    /// <summary>A job that made a VM is over and could not remove what it had made.</summary>
    Unfinished,
}

/// <summary><c>POST /api/orphans/{id}/adopt</c>.</summary>
public sealed record AdoptRequest
{
    /// <summary>The company that gets it; absent: the company of the job that made it, otherwise none.</summary>
    public int? CompanyId { get; init; }
}
