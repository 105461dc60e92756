using MultiPanel.Contracts.Templates;
using MultiPanel.Data.Vms;

namespace MultiPanel.Data.Templates;

/// <summary>A Proxmox template that tenants may clone.</summary>
public sealed class Template
{
    public int Id { get; set; }

    /// <summary>Its row in the inventory; null until it was inspected.</summary>
    public int? SourceId { get; set; }

    public int ClusterId { get; set; }

    public int Vmid { get; set; }

    public required string Name { get; set; }

    public string? OsType { get; set; }

    /// <summary>Of all sockets together.</summary>
    public int? Cores { get; set; }

    /// <summary>As its config had them when it was last read; Proxmox's <c>cores</c> is per socket, so commands count by it.</summary>
    public int? Sockets { get; set; }

    public int? MemoryMb { get; set; }

    /// <summary>Of all disks together, as far as they are known.</summary>
    public double? DiskGb { get; set; }

    /// <summary>As its config had them when it was last read.</summary>
    public List<VmDisk>? Disks { get; set; }

    public bool AgentEnabled { get; set; }

    public bool CloudInit { get; set; }

    public bool Shared { get; set; }

    /// <summary>The only company that may use it; null: all may.</summary>
    public int? CompanyId { get; set; }

    public TemplateStatus Status { get; set; }

    public DateTime CreatedAt { get; set; }
}
