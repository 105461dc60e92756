namespace MultiPanel.Contracts.Workflows;

/// <summary>A command whose job takes a Proxmox template into the panel's list. The template's row exists from the accept on.</summary>
public interface ICreatesTemplate
{
    /// <summary>The template's VMID; null in jobs of older versions, whose deleted row cannot be restored.</summary>
    int? Vmid { get; }
}

/// <summary>A command whose job clones a VM into a new one. The new VM's row exists from the accept on, with the size that it will have.</summary>
public interface ICreatesVm : IReadsSource
{
    /// <summary>Its disks are copies; else they stand on the source's.</summary>
    bool Full => false;

    /// <summary>The node of the new VM; null: the panel chooses.</summary>
    string? Node => null;

    /// <summary>The storage of its disks; null: beside the source's.</summary>
    string? Storage => null;

    /// <summary>Per socket, as in Proxmox; null: as many as the source has.</summary>
    int? Cores => null;

    /// <summary>Null: as many as the source has.</summary>
    int? Sockets => null;

    /// <summary>In MiB; null: as much as the source has.</summary>
    int? MemoryMb => null;

    /// <summary>The size that a disk grows to, in GiB; null: the source's.</summary>
    int? DiskGb => null;

    /// <summary>Which disk grows, for example <c>scsi0</c>; null: the one that it boots from.</summary>
    string? Disk => null;
}

/// <summary>
/// A command that may make its job's target VM larger. Quotas count it from its accept until the job ends.
/// </summary>
public interface IGrowsVm
{
    /// <summary>The size that the VM is to have; null: this command does not change it.</summary>
    WantedSize? Wanted { get; }
}

/// <summary>The size that a VM is to have; what is null stays as it is.</summary>
/// <param name="Cores">Per socket, as in Proxmox.</param>
/// <param name="MemoryMb">In MiB.</param>
/// <param name="Disk">Which disk, for example <c>scsi0</c>; null: the one that it boots from.</param>
/// <param name="DiskGb">That disk's size in GiB.</param>
public sealed record WantedSize(int? Cores, int? MemoryMb, string? Disk, int? DiskGb)
{
    /// <summary>CPU sockets.</summary>
    public int? Sockets { get; init; }

    /// <summary>All disks together, in GiB.</summary>
    public double? DisksGb { get; init; }
}

/// <summary>A command that carries secrets. They are sealed: the command is stored in the job's row.</summary>
public interface IHasSecrets
{
    /// <summary>The sealed texts, as the command's JSON holds them; rotating the encryption key replaces them there.</summary>
    IReadOnlyList<string> SealedSecrets { get; }
}

/// <summary>A command that clones a VM.</summary>
public interface IReadsSource
{
    /// <summary>The panel's id of the VM or template that is cloned.</summary>
    int SourceId { get; }
}
