namespace MultiPanel.Contracts.Companies;

public sealed record CompanyView
{
    public required int Id { get; init; }

    public required string Name { get; init; }

    public required QuotaView Quotas { get; init; }

    /// <summary>The VMIDs that its VMs get, both ends included; absent: any of the cluster's range.</summary>
    public int? VmidFrom { get; init; }

    public int? VmidTo { get; init; }

    public required DateTime CreatedAt { get; init; }
}

/// <summary>How much a company may have at once; absent: as much as it likes.</summary>
public sealed record QuotaView
{
    public int? Vms { get; init; }

    public int? Vcpus { get; init; }

    /// <summary>In MiB.</summary>
    public int? MemoryMb { get; init; }

    /// <summary>In GiB.</summary>
    public int? DiskGb { get; init; }

    public int? Desktops { get; init; }
}

/// <summary><c>POST /api/companies</c>; <c>PATCH</c> takes the same fields, each optional. Null clears a VMID and a quota.</summary>
public sealed record CompanyRequest
{
    public string? Name { get; init; }

    /// <summary>Those that are given take the place of the old ones, all five at once.</summary>
    public QuotaView? Quotas { get; init; }

    public int? VmidFrom { get; init; }

    public int? VmidTo { get; init; }
}

/// <summary><c>GET /api/companies/{id}/usage</c>: what is in use or promised to commands under way, against the quotas.</summary>
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

/// <param name="Used">In use, with what commands under way will use.</param>
/// <param name="Limit">Absent: none.</param>
public sealed record UsageLine(double Used, int? Limit);
