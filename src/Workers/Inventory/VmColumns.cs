using MultiPanel.Contracts.Vms;
using MultiPanel.Data.Vms;

namespace MultiPanel.Workers.Inventory;

/// <summary>The columns of a VM's row that a list of Proxmox decides.</summary>
public sealed record VmColumns
{
    public required string Name { get; init; }

    public string? Node { get; init; }

    public VmStatus Status { get; init; }

    /// <inheritdoc cref="Vm.QemuState"/>
    public string? QemuState { get; init; }

    public string? Lock { get; init; }

    public string? Pool { get; init; }

    public string? HaState { get; init; }

    public bool Template { get; init; }

    /// <summary>As configured; a list shows that only of a VM whose config was never read.</summary>
    public int? Cores { get; init; }

    /// <inheritdoc cref="Cores"/>
    public int? MemoryMb { get; init; }

    public int? RunningCores { get; init; }

    public int? RunningMemoryMb { get; init; }

    /// <summary>GiB of all disks together.</summary>
    public double? DiskGb { get; init; }

    public IReadOnlyList<VmDisk>? Disks { get; init; }

    public IReadOnlyList<string> Tags { get; init; } = [];

    public IReadOnlyList<string> Addresses { get; init; } = [];

    public GuestNetwork? Guest { get; init; }

    public VmConfigView? Config { get; init; }

    public DateTime? StartedAt { get; init; }

    public DateTime? GuestDueAt { get; init; }

    public int GuestTries { get; init; }

    public DateTime? SeenAt { get; init; }

    public static VmColumns Of(Vm row) => new()
    {
        Name = row.Name,
        Node = row.Node,
        Status = row.Status,
        QemuState = row.QemuState,
        Lock = row.Lock,
        Pool = row.Pool,
        HaState = row.HaState,
        Template = row.Template,
        Cores = row.Cores,
        MemoryMb = row.MemoryMb,
        RunningCores = row.RunningCores,
        RunningMemoryMb = row.RunningMemoryMb,
        DiskGb = row.DiskGb,
        Disks = row.Disks,
        Tags = row.Tags,
        Addresses = row.Addresses,
        Guest = row.Guest,
        Config = row.Config,
        StartedAt = row.StartedAt,
        GuestDueAt = row.GuestDueAt,
        GuestTries = row.GuestTries,
        SeenAt = row.SeenAt,
    };

    /// <summary>The same in a row, for rules that read rows.</summary>
    public void Give(Vm row)
    {
        (row.Name, row.Node, row.Template, row.SeenAt) = (Name, Node, Template, SeenAt);
        (row.Status, row.QemuState, row.Lock, row.Pool, row.HaState) = (Status, QemuState, Lock, Pool, HaState);
        (row.Cores, row.MemoryMb, row.RunningCores, row.RunningMemoryMb) = (Cores, MemoryMb, RunningCores, RunningMemoryMb);
        (row.DiskGb, row.Disks, row.Tags) = (DiskGb, Disks is null ? null : [.. Disks], [.. Tags]);
        (row.Addresses, row.Guest, row.Config) = ([.. Addresses], Guest, Config);
        (row.StartedAt, row.GuestDueAt, row.GuestTries) = (StartedAt, GuestDueAt, GuestTries);
    }

    public bool Equals(VmColumns? other) => other is not null
        && (Name, Node, Status, Template, SeenAt) == (other.Name, other.Node, other.Status, other.Template, other.SeenAt)
        && (QemuState, Lock, Pool, HaState) == (other.QemuState, other.Lock, other.Pool, other.HaState)
        && (Cores, MemoryMb, DiskGb) == (other.Cores, other.MemoryMb, other.DiskGb)
        && (RunningCores, RunningMemoryMb) == (other.RunningCores, other.RunningMemoryMb)
        && (StartedAt, GuestDueAt, GuestTries) == (other.StartedAt, other.GuestDueAt, other.GuestTries)
        && ReferenceEquals(Guest, other.Guest) && ReferenceEquals(Config, other.Config) && Addresses.SequenceEqual(other.Addresses)
        && (Disks is null ? other.Disks is null : other.Disks is not null && Disks.SequenceEqual(other.Disks))
        && Tags.SequenceEqual(other.Tags);

    public override int GetHashCode() => HashCode.Combine(Name, Node, Status, SeenAt);
}
