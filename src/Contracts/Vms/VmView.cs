namespace MultiPanel.Contracts.Vms;

/// <summary>A VM of the inventory.</summary>
public sealed record VmView
{
    /// <summary>The panel's own id.</summary>
    public required int Id { get; init; }

    public required int ClusterId { get; init; }

    public string? ClusterName { get; init; }

    /// <summary>Absent until one is reserved.</summary>
    public int? Vmid { get; init; }

    public required string Name { get; init; }

    public string? Node { get; init; }

    public required VmStatus Status { get; init; }

    public bool Template { get; init; }

    public int? CompanyId { get; init; }

    /// <summary>Of all sockets together.</summary>
    public int? Cores { get; init; }

    public int? MemoryMb { get; init; }

    /// <summary>GiB of all disks together, as far as they are known.</summary>
    public double? DiskGb { get; init; }

    public IReadOnlyList<string> Tags { get; init; } = [];

    /// <summary>What the guest agent last said.</summary>
    public IReadOnlyList<string> Addresses { get; init; } = [];

    /// <summary>We made it, and it carries our marker.</summary>
    public bool Managed { get; init; }

    public DateTime CreatedAt { get; init; }

    /// <summary>When Proxmox last listed it, or a job last looked at it; up to a minute behind.</summary>
    public DateTime? SeenAt { get; init; }
}

/// <summary><see cref="Provisioning"/> before the VM is there; then what Proxmox says.</summary>
public enum VmStatus
{
    Provisioning,
    Stopped,
    Running,
    Paused,
    Suspended,
    Unknown,
    Deleting,
}

/// <summary>A snapshot of a VM.</summary>
public sealed record SnapshotView(string Name, string? Description, DateTime? CreatedAt, bool WithMemory, string? Parent);
