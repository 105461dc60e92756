namespace MultiPanel.Simulator.Seeds;

/// <summary>A template VM with installed guest.</summary>
/// <param name="VmId">Its VMID.</param>
/// <param name="Name">Its name.</param>
/// <param name="Node">The node that has its configuration.</param>
/// <param name="OsType">Proxmox's <c>ostype</c>: <c>win11</c>, <c>l26</c>, ...</param>
/// <param name="Disks">Disks from scsi0 on; the first one boots.</param>
public sealed record TemplateSeed(int VmId, string Name, string Node, string OsType, IReadOnlyList<DiskSeed> Disks)
{
    /// <summary>Cores.</summary>
    public int Cores { get; init; } = 2;

    /// <summary>Memory in MiB.</summary>
    public int Memory { get; init; } = 2048;

    /// <summary>Whether the VM's configuration enables the guest agent (and the guest runs one).</summary>
    public bool Agent { get; init; } = true;

    /// <summary>Storage of a cloud-init drive at ide2; none where null.</summary>
    public string? CloudInitStorage { get; init; }

    /// <summary>False leaves an ordinary stopped VM.</summary>
    public bool IsTemplate { get; init; } = true;
}
