namespace MultiPanel.Contracts.VmOperations;

/// <summary><c>POST /api/vms/{id}/shutdown</c> and <c>/reboot</c>.</summary>
public sealed record ShutdownRequest
{
    /// <summary>1 to 3600 seconds; Proxmox's own default is 180.</summary>
    public int? TimeoutSeconds { get; init; }

    /// <summary>Shutdown: power off when the guest has not obeyed in time.</summary>
    public bool Force { get; init; }

    /// <summary>Shutdown: power off after so many seconds; 1 to 3600. The same as <c>timeout_seconds</c> with <c>force</c>.</summary>
    public int? ForceAfterSeconds { get; init; }
}

/// <summary><c>POST /api/vms/{id}/suspend</c>.</summary>
public sealed record SuspendRequest
{
    public bool ToDisk { get; init; }
}

/// <summary><c>POST /api/vms/{id}/snapshots</c>.</summary>
public sealed record SnapshotRequest
{
    /// <summary>Starts with a letter; letters, digits, <c>_</c> and <c>-</c>; at most 40 characters.</summary>
    public required string Name { get; init; }

    public string? Description { get; init; }

    public bool WithMemory { get; init; }
}

/// <summary><c>POST /api/vms/{id}/migrate</c>.</summary>
public sealed record MigrateRequest
{
    public required string Node { get; init; }

    /// <summary>The storage that its disks are put on; absent: the same as before, which the node must have.</summary>
    public string? TargetStorage { get; init; }
}

/// <summary><c>POST /api/vms/{id}/resize</c>.</summary>
public sealed record ResizeRequest
{
    /// <summary>For example <c>scsi0</c>; absent: the disk that the VM boots from.</summary>
    public string? Disk { get; init; }

    public required int DiskGb { get; init; }
}
