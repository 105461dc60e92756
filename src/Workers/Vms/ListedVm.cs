using MultiPanel.Hosting.Vms;
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
    /// <c>stopped</c>, or QEMU's own word (see <see cref="VmState"/>); <c>unknown</c> while the cluster has no word of the VM: it is
    /// new, or its node has been silent for five minutes (pmxcfs keeps what a node said for that long).
    /// </summary>
    public string? Status { get; init; }

    /// <summary>The config's, as in <c>backup</c>, <c>suspended</c>.</summary>
    public string? Lock { get; init; }

    /// <summary>It is being made: it has no name, marker and tags yet.</summary>
    public bool IsBeingMade => Lock is "clone" or "create";

    public string? Pool { get; init; }

    /// <summary>The HA manager's word for it, as in <c>started</c>; null: it does not manage the VM.</summary>
    public string? HaState { get; init; }

    /// <summary>
    /// QEMU's, up to a cycle old; null: it does not run. It grows while all else stays the same, so it is no part of what is
    /// compared: <see cref="Restarted"/> is.
    /// </summary>
    public TimeSpan? Uptime { get; init; }

    /// <summary>Its uptime was longer in the list before: another QEMU runs the VM now.</summary>
    public bool Restarted { get; init; }

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
        && (VmId, Name, Node, Status, Lock, Template) == (other.VmId, other.Name, other.Node, other.Status, other.Lock, other.Template)
        && (Pool, HaState, Restarted) == (other.Pool, other.HaState, other.Restarted)
        && (Cores, MemoryMb, BootDisk) == (other.Cores, other.MemoryMb, other.BootDisk)
        && Tags.SequenceEqual(other.Tags);

    public override int GetHashCode() => HashCode.Combine(VmId, Name, Node, Status);

    private static ListedVm From(ClusterResource resource) => new()
    {
        VmId = resource.VmId!.Value,
        Name = resource.Name,
        Node = resource.Node,
        Status = resource.Status,
        Lock = resource.Lock,
        Pool = resource.Pool,
        HaState = resource.HaState,
        Uptime = resource.Status is null or "stopped" or "unknown" ? null : resource.Uptime,
        Template = resource.Template,
        Cores = (int?)resource.MaxCpu,
        MemoryMb = (int?)(resource.MaxMem / 1024 / 1024),
        BootDisk = resource.MaxDisk,
        Tags = resource.Tags,
    };
}
