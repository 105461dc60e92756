namespace MultiPanel.Contracts.Vms;

/// <summary>What a VM is configured with, as its config said when it was last read: by a job, or by a look on demand.</summary>
public sealed record VmConfigView
{
    /// <summary>UTC: when it was found as it is here. A later look that found the same is not recorded.</summary>
    public required DateTime ReadAt { get; init; }

    /// <summary>Proxmox's list has shown another size since; it is read again within a minute.</summary>
    public bool Outdated { get; init; }

    /// <summary>In the order of their slots.</summary>
    public IReadOnlyList<VmNicView> Nics { get; init; } = [];

    /// <summary>The one that the VM boots from first; then by slot.</summary>
    public IReadOnlyList<VmDiskView> Disks { get; init; } = [];

    /// <summary><c>seabios</c> or <c>ovmf</c>.</summary>
    public required string Bios { get; init; }

    /// <summary>It keeps its EFI variables on a disk of its own.</summary>
    public bool EfiDisk { get; init; }

    /// <summary>As in <c>v2.0</c>; absent: it has none.</summary>
    public string? Tpm { get; init; }

    /// <summary>As in <c>q35</c>; absent: Proxmox's default.</summary>
    public string? Machine { get; init; }

    /// <summary>The guest agent is switched on; whether it answers is another matter.</summary>
    public bool Agent { get; init; }

    /// <summary>As in <c>host</c>, <c>x86-64-v2-AES</c>; absent: Proxmox's default.</summary>
    public string? CpuType { get; init; }

    public required int Sockets { get; init; }

    /// <summary>As Proxmox counts them.</summary>
    public required int CoresPerSocket { get; init; }

    /// <summary>How many of its cores are plugged in at its start; absent: all.</summary>
    public int? Vcpus { get; init; }

    /// <summary>MiB that it keeps at least; 0: ballooning is off; absent: as much as its memory.</summary>
    public int? BalloonMb { get; init; }

    /// <summary>Starts with its node.</summary>
    public bool OnBoot { get; init; }

    /// <summary>Proxmox refuses to delete it or its disks.</summary>
    public bool Protection { get; init; }

    /// <summary>As in <c>l26</c>, <c>win11</c>.</summary>
    public string? OsType { get; init; }

    /// <summary>Without the panel's own lines.</summary>
    public string? Description { get; init; }

    /// <summary>It has a drive by which cloud-init gets its settings; absent: it was read by a version that did not look.</summary>
    public bool? CloudInitDrive { get; init; }

    /// <summary>Absent: it has no cloud-init drive. A VM's view has it in its settings.</summary>
    public CloudInitView? CloudInit { get; init; }

    /// <summary>What takes effect at its next start; a VM's view has it beside the config.</summary>
    public IReadOnlyList<PendingChange>? Pending { get; init; }
}

/// <summary>A network card.</summary>
/// <param name="Slot">As in <c>net0</c>.</param>
/// <param name="Model">As in <c>virtio</c>, <c>e1000</c>.</param>
/// <param name="Tag">The VLAN's.</param>
public sealed record VmNicView(string Slot, string Model, string? Mac, string? Bridge, int? Tag)
{
    /// <summary>Proxmox's firewall filters its traffic.</summary>
    public bool Firewall { get; init; }

    /// <summary>As if the cable were unplugged.</summary>
    public bool LinkDown { get; init; }

    /// <summary>1: the bridge's; absent: Proxmox's default.</summary>
    public int? Mtu { get; init; }

    /// <summary>What the guest agent last said of the card with this MAC.</summary>
    public IReadOnlyList<string> Addresses { get; init; } = [];
}

/// <summary>A disk.</summary>
/// <param name="Slot">As in <c>scsi0</c>.</param>
/// <param name="Storage">Absent: a device of the node.</param>
/// <param name="SizeGb">GiB; absent where the config does not say.</param>
/// <param name="Boot">The VM boots from it first.</param>
public sealed record VmDiskView(string Slot, string? Storage, double? SizeGb, bool Boot);

/// <summary>A change that waits for the VM's next start.</summary>
/// <param name="Field">Proxmox's key, as in <c>cores</c>, <c>memory</c>, <c>net1</c>.</param>
/// <param name="Now">What is in force; absent: nothing.</param>
/// <param name="Then">What will be; absent: it is removed.</param>
public sealed record PendingChange(string Field, string? Now, string? Then);
