namespace MultiPanel.Contracts.Workflows;

/// <summary>
/// A command that may make its job's target VM larger. Quotas count it from its accept until the job ends; a kind whose jobs
/// do that says so (<see cref="WorkflowKind.GrowsTarget"/>).
/// </summary>
public interface IGrowsVm
{
    /// <summary>The size that the VM is to have; null: this command does not change it.</summary>
    WantedSize? Wanted { get; }
}

/// <summary>The size that a VM is to have; what is null stays as it is.</summary>
/// <param name="Cores">Per socket, as in Proxmox.</param>
/// <param name="MemoryMb">In MiB.</param>
/// <param name="Disk">Which disk, for example <c>scsi0</c>; null: the first.</param>
/// <param name="DiskGb">That disk's size in GiB.</param>
public sealed record WantedSize(int? Cores, int? MemoryMb, string? Disk, int? DiskGb);
