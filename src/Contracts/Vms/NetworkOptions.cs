namespace MultiPanel.Contracts.Vms;

/// <summary>
/// A network card of a VM. The first of a list is the one in its first slot, mostly <c>net0</c>, the second that in the next slot, and so
/// on; those beyond are new.
/// </summary>
public sealed record NetworkOptions
{
    /// <summary>A bridge or VNet of the VM's node, for example <c>vmbr0</c>.</summary>
    public required string Bridge { get; init; }

    /// <summary>The VLAN, 1 to 4094; absent: untagged.</summary>
    public int? Tag { get; init; }

    /// <summary><c>virtio</c>, <c>e1000</c>, <c>e1000e</c>, <c>rtl8139</c> or <c>vmxnet3</c>; absent: as it is, and <c>virtio</c> for a new card.</summary>
    public string? Model { get; init; }

    /// <summary>For example <c>BC:24:11:00:00:01</c>; absent: as it is, and a new one for a new card.</summary>
    public string? Mac { get; init; }

    /// <summary>Proxmox's firewall filters its traffic.</summary>
    public bool Firewall { get; init; }

    /// <summary>As if the cable were unplugged.</summary>
    public bool LinkDown { get; init; }

    /// <summary>576 to 65520; 1: the bridge's. Only <c>virtio</c> cards take one.</summary>
    public int? Mtu { get; init; }
}
