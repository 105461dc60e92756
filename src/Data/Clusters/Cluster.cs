using MultiPanel.Contracts.Admission;
using MultiPanel.Contracts.Clusters;

namespace MultiPanel.Data.Clusters;

/// <summary>A Proxmox VE cluster and how to reach it.</summary>
public sealed class Cluster
{
    public int Id { get; set; }

    public required string Name { get; set; }

    public required List<string> Endpoints { get; set; }

    public ClusterAuth Auth { get; set; }

    /// <summary><c>user@realm!token</c> or <c>user@realm</c>.</summary>
    public required string Identity { get; set; }

    /// <summary>The secret as <see cref="Secrets.SecretBox"/> sealed it.</summary>
    public required string SealedSecret { get; set; }

    /// <summary>SHA-256 of the certificate to pin; null: the system's CAs decide.</summary>
    public string? Fingerprint { get; set; }

    /// <summary>The VMIDs that the panel may take, both ends included.</summary>
    public int VmidFrom { get; set; }

    public int VmidTo { get; set; }

    /// <summary>
    /// Where the search for a free VMID goes on. It only moves forward and wraps at the end, so that a VMID just freed
    /// is not at once another VM's.
    /// </summary>
    public int VmidNext { get; set; }

    /// <summary>Whose it is alone; null: shared.</summary>
    public int? CompanyId { get; set; }

    /// <summary>The Proxmox pool that new VMs are put into, where their company has none of its own here; null: none.</summary>
    public string? Pool { get; set; }

    /// <summary>How much may run at once; null: the defaults.</summary>
    public AdmissionLimits? Limits { get; set; }

    public string? Version { get; set; }

    /// <summary>The names of its nodes as last listed, those that are offline too; null: not known yet.</summary>
    public List<string>? Nodes { get; set; }

    /// <summary>When its list of VMs was last read; written once a minute at most while nothing changes.</summary>
    public DateTime? SeenAt { get; set; }

    public DateTime CreatedAt { get; set; }

    /// <summary>Changes with every edit of the connection, so that cached clients are replaced.</summary>
    public int Revision { get; set; }
}
