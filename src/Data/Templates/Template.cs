using MultiPanel.Contracts.Templates;

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

    public int? Cores { get; set; }

    public int? MemoryMb { get; set; }

    public double? DiskGb { get; set; }

    public bool AgentEnabled { get; set; }

    public bool CloudInit { get; set; }

    public bool Shared { get; set; }

    /// <summary>Whose it is alone; null: everybody's.</summary>
    public int? CompanyId { get; set; }

    public TemplateStatus Status { get; set; }

    public DateTime CreatedAt { get; set; }
}
