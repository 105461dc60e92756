using MultiPanel.Contracts.Jobs;
using MultiPanel.Contracts.Workflows;

namespace MultiPanel.Contracts.Cloning;

/// <summary>Clone a template or VM into the VM that the job's target names. Ids are the panel's own.</summary>
public sealed record CloneVm : IJobCommand, ICreatesVm, IHasSecrets
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

    public int? Cores { get; init; }

    public int? MemoryMb { get; init; }

    /// <summary>Grow the first disk to this size, in GiB.</summary>
    public int? DiskGb { get; init; }

    public bool Start { get; init; } = true;

    /// <summary>The job succeeds only if the guest agent answers.</summary>
    public bool WaitForAgent { get; init; }

    public string? Description { get; init; }

    public IReadOnlyList<string> Tags { get; init; } = [];

    public CloudInit? CloudInit { get; init; }

    IReadOnlyList<string> IHasSecrets.SealedSecrets => CloudInit?.Password is { } password ? [password] : [];
}
