using MultiPanel.Contracts.Vms;
using MultiPanel.Data.Vms;

namespace MultiPanel.Workers.Inventory;

/// <summary>The columns of a VM's row that a list of Proxmox decides.</summary>
public sealed record VmColumns
{
    public required string Name { get; init; }

    public string? Node { get; init; }

    public VmStatus Status { get; init; }

    public bool Template { get; init; }

    public int? Cores { get; init; }

    public int? MemoryMb { get; init; }

    /// <summary>GiB of all disks together.</summary>
    public double? DiskGb { get; init; }

    public IReadOnlyList<VmDisk>? Disks { get; init; }

    public IReadOnlyList<string> Tags { get; init; } = [];

    public DateTime? SeenAt { get; init; }

    public static VmColumns Of(Vm row) => new()
    {
        Name = row.Name,
        Node = row.Node,
        Status = row.Status,
        Template = row.Template,
        Cores = row.Cores,
        MemoryMb = row.MemoryMb,
        DiskGb = row.DiskGb,
        Disks = row.Disks,
        Tags = row.Tags,
        SeenAt = row.SeenAt,
    };

    public bool Equals(VmColumns? other) => other is not null
        && (Name, Node, Status, Template, SeenAt) == (other.Name, other.Node, other.Status, other.Template, other.SeenAt)
        && (Cores, MemoryMb, DiskGb) == (other.Cores, other.MemoryMb, other.DiskGb)
        && (Disks is null ? other.Disks is null : other.Disks is not null && Disks.SequenceEqual(other.Disks))
        && Tags.SequenceEqual(other.Tags);

    public override int GetHashCode() => HashCode.Combine(Name, Node, Status, SeenAt);
}
