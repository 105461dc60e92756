namespace MultiPanel.Contracts.Workflows;

/// <summary>A command whose job clones a VM into a new one. The new VM's row exists from the accept on, with the size that it will have.</summary>
public interface ICreatesVm : IReadsSource
{
    /// <summary>The node of the new VM; null: the panel chooses.</summary>
    string? Node => null;

    /// <summary>The storage of its disks; null: beside the source's.</summary>
    string? Storage => null;

    /// <summary>Per socket, as in Proxmox; null: as many as the source has.</summary>
    int? Cores => null;

    /// <summary>In MiB; null: as much as the source has.</summary>
    int? MemoryMb => null;

    /// <summary>The size that the first disk grows to, in GiB; null: the source's.</summary>
    int? DiskGb => null;
}
