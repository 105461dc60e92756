namespace MultiPanel.Proxmox.Qemu;

/// <summary>What a clone is to be. What is null is Proxmox's default.</summary>
/// <param name="NewId">The VMID, reserved by the caller: <c>nextid</c> reserves nothing.</param>
public sealed record CloneRequest(int NewId)
{
    /// <summary>A DNS name.</summary>
    public string? Name { get; init; }

    /// <summary>Shows in the clone's configuration once the clone has ended, not before.</summary>
    public string? Description { get; init; }

    /// <summary>All disks copied. Default: false for templates, true for VMs, which cannot be cloned otherwise.</summary>
    public bool? Full { get; init; }

    /// <summary>Full clones alone.</summary>
    public string? Storage { get; init; }

    /// <summary><c>raw</c>, <c>qcow2</c> or <c>vmdk</c>; full clones alone.</summary>
    public string? Format { get; init; }

    /// <summary>Another node, with shared storage alone. The call still goes to the source's node.</summary>
    public string? Target { get; init; }

    public string? Pool { get; init; }

    public string? SnapName { get; init; }

    /// <summary>KiB/s.</summary>
    public int? BwLimit { get; init; }
}
