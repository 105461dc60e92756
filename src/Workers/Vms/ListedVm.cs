using MultiPanel.Proxmox.Cluster;

namespace MultiPanel.Workers.Vms;

/// <summary>
/// What a list of Proxmox says of a VM, as far as the inventory uses it: two that are equal lead to the same row, so what
/// the merge is to read must be a property here.
/// </summary>
public sealed record ListedVm
{
    public required int VmId { get; init; }

    /// <summary>Null: a new VM, for a cycle of pvestatd.</summary>
    public string? Name { get; init; }

    public string? Node { get; init; }

    /// <summary>
    /// <c>running</c>, <c>stopped</c>, <c>paused</c>; <c>unknown</c> while the cluster has no word of the VM: it is new, or its
    /// node has been silent for five minutes (pmxcfs keeps what a node said for that long).
    /// </summary>
    public string? Status { get; init; }

    /// <summary>Its memory is saved on disk: its lock is <c>suspended</c>, while its status is <c>stopped</c>.</summary>
    public bool Hibernated { get; init; }

    public bool Template { get; init; }

    public int? Cores { get; init; }

    public int? MemoryMb { get; init; }

    /// <summary>Bytes of the boot disk.</summary>
    public long? BootDisk { get; init; }

    public IReadOnlyList<string> Tags { get; init; } = [];

    /// <summary>The VMs of a list, without containers.</summary>
    public static IReadOnlyList<ListedVm> From(IEnumerable<ClusterResource> resources) =>
        [.. resources.Where(resource => resource is { Type: "qemu", VmId: not null }).Select(From).DistinctBy(vm => vm.VmId)];

    public bool Equals(ListedVm? other) => other is not null
        && (VmId, Name, Node, Status, Hibernated, Template) == (other.VmId, other.Name, other.Node, other.Status, other.Hibernated, other.Template)
        && (Cores, MemoryMb, BootDisk) == (other.Cores, other.MemoryMb, other.BootDisk)
        && Tags.SequenceEqual(other.Tags);

    public override int GetHashCode() => HashCode.Combine(VmId, Name, Node, Status);

    private static ListedVm From(ClusterResource resource) => new()
    {
        VmId = resource.VmId!.Value,
        Name = resource.Name,
        Node = resource.Node,
        Status = resource.Status,
        Hibernated = resource.Lock == "suspended",
        Template = resource.Template,
        Cores = (int?)resource.MaxCpu,
        MemoryMb = (int?)(resource.MaxMem / 1024 / 1024),
        BootDisk = resource.MaxDisk,
        Tags = resource.Tags,
    };
}
