using MultiPanel.Contracts.VmOperations;

namespace MultiPanel.Contracts.Bulk;

/// <summary><c>POST /api/vms/bulk</c>: the same for many VMs, as one job with a child for each.</summary>
public sealed record BulkRequest
{
    /// <summary>One of <c>start, shutdown, stop, reboot, reset, suspend, resume, delete</c>.</summary>
    public VmAction? Action { get; init; }

    /// <summary>The panel's ids of 1 to 1,000 VMs.</summary>
    public IReadOnlyList<int>? Ids { get; init; }
}
