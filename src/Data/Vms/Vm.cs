using MultiPanel.Contracts.Vms;

namespace MultiPanel.Data.Vms;

/// <summary>A VM or template of a cluster. The row is there from the moment a clone is accepted.</summary>
public sealed class Vm
{
    public int Id { get; set; }

    public int ClusterId { get; set; }

    /// <summary>Null until reserved. Unique within its cluster: the reservation is this column.</summary>
    public int? Vmid { get; set; }

    public required string Name { get; set; }

    public string? Node { get; set; }

    public VmStatus Status { get; set; }

    public bool Template { get; set; }

    public int? CompanyId { get; set; }

    /// <summary>QEMU's own word where the status does not say it all, as in <c>io-error</c>.</summary>
    public string? QemuState { get; set; }

    /// <summary>Proxmox's lock, as in <c>backup</c>.</summary>
    public string? Lock { get; set; }

    /// <summary>Proxmox's pool.</summary>
    public string? Pool { get; set; }

    /// <summary>The HA manager's word for it; null: it does not manage the VM.</summary>
    public string? HaState { get; set; }

    /// <summary>As configured, what waits for the next start included: of all sockets together.</summary>
    public int? Cores { get; set; }

    /// <summary>What its QEMU was started with, also while that is saved on disk; null: it does not run. Quotas count the larger value.</summary>
    public int? RunningCores { get; set; }

    /// <summary>As its config had them when it was last read; Proxmox's <c>cores</c> is per socket, so commands count by it.</summary>
    public int? Sockets { get; set; }

    /// <summary>As configured, what waits for the next start included.</summary>
    public int? MemoryMb { get; set; }

    /// <inheritdoc cref="RunningCores"/>
    public int? RunningMemoryMb { get; set; }

    /// <summary>Of all disks together, as far as they are known.</summary>
    public double? DiskGb { get; set; }

    /// <summary>As its config had them when it was last read.</summary>
    public List<VmDisk>? Disks { get; set; }

    public List<string> Tags { get; set; } = [];

    /// <summary>What the guest agent last said: those of the VM's own cards first, in the order of their slots.</summary>
    public List<string> Addresses { get; set; } = [];

    /// <summary>The same with its interfaces; null: the agent has said nothing since the VM was started.</summary>
    public GuestNetwork? Guest { get; set; }

    /// <summary>When the VM is to be looked at and its agent asked; null: there is nothing to ask.</summary>
    public DateTime? GuestDueAt { get; set; }

    /// <summary>How often that was in vain since it became due.</summary>
    public int GuestTries { get; set; }

    /// <summary>Null: its config was not read yet.</summary>
    public VmConfigView? Config { get; set; }

    /// <summary>When its QEMU was started, up to a cycle of pvestatd late; null: it does not run, or that is not known.</summary>
    public DateTime? StartedAt { get; set; }

    /// <summary>The job that made it, and whose marker it carries; null for VMs found in Proxmox.</summary>
    public Guid? CreatedByJob { get; set; }

    /// <summary>
    /// The template whose disk it stands on, as a linked clone of this panel; null: none, or not known. A look at its config that finds no
    /// disk on a base ends it: its disks were moved, or lie on a storage where Proxmox itself does not know.
    /// </summary>
    public int? LinkedToId { get; set; }

    /// <summary>Its SMBIOS uuid as last seen: distinguishes it from another VM on the same VMID.</summary>
    public string? Uuid { get; set; }

    public DateTime CreatedAt { get; set; }

    /// <summary>
    /// When Proxmox said what this row says: at a look of a job, or in the list in which something of it was new. While
    /// the lists stay the same it is not written; <see cref="VmSeen"/> says when the VM was last seen.
    /// </summary>
    public DateTime? SeenAt { get; set; }

    /// <summary>When a job last looked at the VM itself; lists lag behind that by a cycle or two of pvestatd.</summary>
    public DateTime? ObservedAt { get; set; }
}
