namespace MultiPanel.Contracts.Companies;

/// <summary>A tenant and how much it may have at once; a limit that is absent is none.</summary>
public sealed record CompanyView
{
    public required int Id { get; init; }

    public required string Name { get; init; }

    public int? MaxVms { get; init; }

    public int? MaxVcpus { get; init; }

    /// <summary>In MiB.</summary>
    public int? MaxMemoryMb { get; init; }

    /// <summary>In GiB.</summary>
    public int? MaxDiskGb { get; init; }

    public int? MaxDesktops { get; init; }

    /// <summary>The VMIDs that its VMs get, both ends included; absent: any of the cluster's range.</summary>
    public int? VmidFrom { get; init; }

    public int? VmidTo { get; init; }

    /// <summary>The Proxmox pools that its VMs are put into, by cluster.</summary>
    public IReadOnlyList<CompanyPool> Pools { get; init; } = [];

    public required DateTime CreatedAt { get; init; }
}

/// <summary><c>POST /api/companies</c>; <c>PATCH</c> takes the same fields, each optional: null clears it, absent leaves it.</summary>
public sealed record CompanyRequest
{
    public string? Name { get; init; }

    public int? MaxVms { get; init; }

    public int? MaxVcpus { get; init; }

    /// <summary>In MiB.</summary>
    public int? MaxMemoryMb { get; init; }

    /// <summary>In GiB.</summary>
    public int? MaxDiskGb { get; init; }

    public int? MaxDesktops { get; init; }

    public int? VmidFrom { get; init; }

    public int? VmidTo { get; init; }

    /// <summary>All of its pools, at most one of each cluster: in a cluster without one here, the cluster's own counts.</summary>
    public IReadOnlyList<CompanyPool>? Pools { get; init; }
}

/// <summary><c>GET /api/companies/{id}/usage</c>: what is in use, with what commands under way will use, against the quotas.</summary>
public sealed record UsageView
{
    public required UsageLine Vms { get; init; }

    public required UsageLine Vcpus { get; init; }

    /// <summary>In MiB.</summary>
    public required UsageLine MemoryMb { get; init; }

    /// <summary>In GiB.</summary>
    public required UsageLine DiskGb { get; init; }

    public required UsageLine Desktops { get; init; }
}

/// <param name="Limit">Absent: none.</param>
public sealed record UsageLine(double Used, int? Limit);
