using MultiPanel.Contracts.Jobs;
using MultiPanel.Contracts.Workflows;

namespace MultiPanel.Contracts.VmOperations;

/// <summary>Do one thing to the VM that the job's target names.</summary>
public sealed record OperateVm : IJobCommand, IOperatesVm, IGrowsVm, IHasSecrets
{
    public required Guid JobId { get; init; }

    public required VmAction Action { get; init; }

    /// <summary>Snapshot, rollback, delete snapshot: the snapshot's name.</summary>
    public string? Snapshot { get; init; }

    /// <summary>Snapshot: what it is for.</summary>
    public string? Description { get; init; }

    /// <summary>Snapshot: with the memory of the running guest.</summary>
    public bool WithMemory { get; init; }

    /// <summary>Migrate: where to.</summary>
    public string? Node { get; init; }

    /// <summary>Resize: which disk, for example <c>scsi0</c>; absent: the one that it boots from.</summary>
    public string? Disk { get; init; }

    /// <summary>Resize: to this size in GiB; disks only grow.</summary>
    public int? DiskGb { get; init; }

    /// <summary>Reconfigure.</summary>
    public VmChanges? Changes { get; init; }

    /// <summary>Suspend to disk instead of memory.</summary>
    public bool ToDisk { get; init; }

    /// <summary>Shutdown, reboot: how long the guest may take, in seconds.</summary>
    public int? TimeoutSeconds { get; init; }

    /// <summary>Shutdown: power off when the guest has not obeyed in time.</summary>
    public bool Force { get; init; }

    /// <summary>Migrate: the storage that its disks are put on; absent: the same as before.</summary>
    public string? TargetStorage { get; init; }

    WantedSize? IGrowsVm.Wanted => Changes is { Cores: not null } or { Sockets: not null } or { MemoryMb: not null } || DiskGb is not null
        ? new WantedSize(Changes?.Cores, Changes?.MemoryMb, Disk, DiskGb) { Sockets = Changes?.Sockets }
        : null;

    IReadOnlyList<string> IHasSecrets.SealedSecrets => Changes?.CloudInit?.Password is { } password ? [password] : [];
}
