using MultiPanel.Contracts.Companies;

namespace MultiPanel.Data.Companies;

/// <summary>A tenant.</summary>
public sealed class Company
{
    public int Id { get; set; }

    public required string Name { get; set; }

    /// <summary>How many VMs it may have at once, those being made counted; null: as many as it likes.</summary>
    public int? MaxVms { get; set; }

    public int? MaxVcpus { get; set; }

    /// <summary>In MiB.</summary>
    public int? MaxMemoryMb { get; set; }

    /// <summary>In GiB.</summary>
    public int? MaxDiskGb { get; set; }

    public int? MaxDesktops { get; set; }

    /// <summary>The VMIDs that its VMs get, both ends included; null: any of the cluster's range.</summary>
    public int? VmidFrom { get; set; }

    public int? VmidTo { get; set; }

    /// <summary>The Proxmox pools that its VMs are put into, at most one of each cluster; null: none.</summary>
    public List<CompanyPool>? Pools { get; set; }

    public DateTime CreatedAt { get; set; }

    /// <returns>Null: it has none there, and the cluster's counts.</returns>
    public string? PoolIn(int cluster) => Pools?.Find(pool => pool.ClusterId == cluster)?.Pool;
}
