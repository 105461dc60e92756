namespace MultiPanel.Contracts.Cloning;

/// <summary><c>POST /api/vms</c>: a VM from a registered template.</summary>
public sealed record CreateVmRequest : NewVmRequest
{
    public required int TemplateId { get; init; }

    public bool Full { get; init; }

    public bool Start { get; init; } = true;

    /// <summary>For which company; only a super admin may say.</summary>
    public int? CompanyId { get; init; }
}

/// <summary><c>POST /api/vms/{id}/clone</c>: a copy of that VM; full unless it is a template.</summary>
public sealed record CloneVmRequest : NewVmRequest
{
    public bool? Full { get; init; }

    public bool Start { get; init; }

    /// <summary>A snapshot of the VM to clone; absent: the VM as it is.</summary>
    public string? Snapshot { get; init; }
}
