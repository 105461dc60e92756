using MultiPanel.Contracts.Orphans;

namespace MultiPanel.Data.Orphans;

/// <summary>A disagreement between the panel and Proxmox, as the reconciler last saw it. The row goes when it is settled.</summary>
public sealed class Orphan
{
    public int Id { get; set; }

    public OrphanKind Kind { get; set; }

    public int ClusterId { get; set; }

    public int Vmid { get; set; }

    public string? Node { get; set; }

    public string? Name { get; set; }

    /// <summary>The row without a VM, or the row that the marker names.</summary>
    public int? OwnerId { get; set; }

    public Guid? JobId { get; set; }

    public int? CompanyId { get; set; }

    /// <summary>The VM's SMBIOS uuid: an action concerns this VM and no later one on the same VMID.</summary>
    public string? Uuid { get; set; }

    public required string Message { get; set; }

    public DateTime FoundAt { get; set; }

    /// <summary>When it was last seen to be so; written once a minute at most while nothing changes.</summary>
    public DateTime SeenAt { get; set; }
}
