using MultiPanel.Contracts.Jobs;
using MultiPanel.Contracts.Vms;
using MultiPanel.Contracts.Workflows;

namespace MultiPanel.Contracts.Cloning;

/// <summary>Clone a template or VM into the VM that the job's target names. Ids are the panel's own.</summary>
public sealed record CloneVm : VmOptions, IJobCommand, ICreatesVm, IHasSecrets
{
    public required Guid JobId { get; init; }

    /// <summary>The VM or template to clone.</summary>
    public required int SourceId { get; init; }

    /// <summary>The node of the new VM; absent: the source's node or, from shared storage, the node with most free memory.</summary>
    public string? Node { get; init; }

    /// <summary>The storage of a full clone's disks; absent: beside the source's.</summary>
    public string? Storage { get; init; }

    /// <summary>A full clone; otherwise a linked one, which only a template allows.</summary>
    public bool Full { get; init; }

    /// <summary>Grow a disk to this size, in GiB.</summary>
    public int? DiskGb { get; init; }

    /// <summary>Which disk grows, for example <c>scsi0</c>; absent: the one that it boots from.</summary>
    public string? Disk { get; init; }

    public bool Start { get; init; } = true;

    /// <summary>The job succeeds only if the guest agent answers.</summary>
    public bool WaitForAgent { get; init; }

    /// <summary>The snapshot of the source to clone; absent: the source as it is.</summary>
    public string? Snapshot { get; init; }

    /// <summary>The Proxmox pool that the VM is put into.</summary>
    public string? Pool { get; init; }

    /// <summary>The VMID that was asked for; absent: the next free one.</summary>
    public int? Vmid { get; init; }

    public CloudInit? CloudInit { get; init; }

    IReadOnlyList<string> IHasSecrets.SealedSecrets => CloudInit?.Password is { } password ? [password] : [];
}
