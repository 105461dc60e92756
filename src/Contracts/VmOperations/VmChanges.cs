namespace MultiPanel.Contracts.VmOperations;

/// <summary>What to change of a VM; an absent field stays as it is. Also the body of <c>PATCH /api/vms/{id}</c>.</summary>
public sealed record VmChanges
{
    public string? Name { get; init; }

    /// <summary>Per socket, as in Proxmox.</summary>
    public int? Cores { get; init; }

    public int? MemoryMb { get; init; }

    public string? Description { get; init; }

    public IReadOnlyList<string>? Tags { get; init; }

    /// <summary>Start with its node.</summary>
    public bool? OnBoot { get; init; }
}
