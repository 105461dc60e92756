using MultiPanel.Contracts.Vms;

namespace MultiPanel.Contracts.Cloning;

/// <summary>What both requests that create a VM say of it.</summary>
public abstract record NewVmRequest : VmOptions
{
    /// <summary>A DNS name: letters, digits, hyphens, dots; at most 63 characters.</summary>
    public required string Name { get; init; }

    public string? Node { get; init; }

    /// <summary>Full clones alone; absent: beside the source's disks.</summary>
    public string? Storage { get; init; }

    /// <summary>How large the disk becomes at least; GiB.</summary>
    public int? DiskGb { get; init; }

    /// <summary>Which disk that is, for example <c>scsi0</c>; absent: the one that it boots from.</summary>
    public string? Disk { get; init; }

    public bool WaitForAgent { get; init; }

    public CloudInit? CloudInit { get; init; }

    /// <summary>The Proxmox pool that it belongs to; absent: the company's in this cluster, else the cluster's, else none.</summary>
    public string? Pool { get; init; }

    /// <summary>Its VMID, within the range that the cluster and the company have; absent: the next free one.</summary>
    public int? Vmid { get; init; }
}
