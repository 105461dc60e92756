namespace MultiPanel.Contracts.Cloning;

/// <summary><c>POST /api/vms</c>: a VM from a registered template.</summary>
public sealed record CreateVmRequest : INewVm
{
    public required int TemplateId { get; init; }

    /// <summary>A DNS name: letters, digits, hyphens, dots; at most 63 characters.</summary>
    public required string Name { get; init; }

    public string? Node { get; init; }

    public string? Storage { get; init; }

    public bool Full { get; init; }

    /// <summary>Per socket, as in Proxmox.</summary>
    public int? Cores { get; init; }

    public int? MemoryMb { get; init; }

    /// <summary>How large the disk that it boots from becomes at least; GiB.</summary>
    public int? DiskGb { get; init; }

    public bool Start { get; init; } = true;

    public bool WaitForAgent { get; init; }

    public string? Description { get; init; }

    public IReadOnlyList<string>? Tags { get; init; }

    public CloudInit? CloudInit { get; init; }

    /// <summary>For which company; only a super admin may say.</summary>
    public int? CompanyId { get; init; }
}

/// <summary><c>POST /api/vms/{id}/clone</c>: a copy of that VM; full unless it is a template.</summary>
public sealed record CloneVmRequest : INewVm
{
    public required string Name { get; init; }

    public string? Node { get; init; }

    public string? Storage { get; init; }

    public bool? Full { get; init; }

    /// <summary>Per socket, as in Proxmox.</summary>
    public int? Cores { get; init; }

    public int? MemoryMb { get; init; }

    /// <summary>How large the disk that it boots from becomes at least; GiB.</summary>
    public int? DiskGb { get; init; }

    public bool Start { get; init; }

    public bool WaitForAgent { get; init; }

    public string? Description { get; init; }

    public IReadOnlyList<string>? Tags { get; init; }

    public CloudInit? CloudInit { get; init; }
}
