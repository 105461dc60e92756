namespace MultiPanel.Contracts.Companies;

/// <summary>A company's pool in a cluster: VMs that are made for it there are put into that Proxmox pool.</summary>
public sealed record CompanyPool
{
    public required int ClusterId { get; init; }

    /// <summary>As in Proxmox, for example <c>tenants/acme</c>.</summary>
    public required string Pool { get; init; }
}
