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

    /// <summary>QEMU's own word where the status does not say it all, as in <c>io-error</c>.</summary>
    public string? QemuState { get; init; }

    /// <summary>What holds it in Proxmox, as in <c>backup</c>, <c>migrate</c>; absent: nothing.</summary>
    public string? Lock { get; init; }

    /// <summary>The HA manager's word for it, as in <c>started</c>; absent: it does not manage the VM.</summary>
    public string? HaState { get; init; }

    /// <summary>Proxmox's pool; absent: it is in none.</summary>
    public string? Pool { get; init; }

    public bool Template { get; init; }

    public int? CompanyId { get; init; }

    /// <summary>Of all sockets together, as configured: what it has from its next start on.</summary>
    public int? Cores { get; init; }

    /// <summary>As configured: what it has from its next start on.</summary>
    public int? MemoryMb { get; init; }

    /// <summary>What it runs with; absent: it does not run.</summary>
    public int? RunningCores { get; init; }

    /// <inheritdoc cref="RunningCores"/>
    public int? RunningMemoryMb { get; init; }

    /// <summary>Since when its QEMU runs, up to a minute wrong; absent: it does not run.</summary>
    public long? UptimeSeconds { get; init; }

    /// <summary>GiB of all disks together, as far as they are known.</summary>
    public double? DiskGb { get; init; }

    /// <summary>Without those that the panel sets for itself.</summary>
    public IReadOnlyList<string> Tags { get; init; } = [];

    /// <summary>What the guest agent last said: those of the VM's own network cards first, in the order of their slots.</summary>
    public IReadOnlyList<string> Addresses { get; init; } = [];

    /// <summary>The same with its interfaces, and when it was said. Of one VM alone; lists leave it out.</summary>
    public GuestNetwork? Guest { get; init; }

    /// <summary>Of one VM alone; lists leave it out. Absent: its config was not read yet.</summary>
    public VmConfigView? Config { get; init; }

    /// <summary>Of one VM alone; lists leave it out. Absent: its config was not read yet; <c>?fresh=true</c> reads it.</summary>
    public VmSettingsView? Settings { get; init; }

    /// <summary>What takes effect at its next start. Of one VM alone; lists leave it out.</summary>
    public IReadOnlyList<PendingChange>? Pending { get; init; }

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
