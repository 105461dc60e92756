using MultiPanel.Contracts.Vms;

namespace MultiPanel.Data.Vms;

/// <summary>
/// When a VM was last seen. A row is written when something of it changes, so its own time may be old; a VM that the last
/// list of its cluster contained was seen when the cluster was.
/// </summary>
public static class VmSeen
{
    /// <param name="status">The row's; one that the last list lacked is <see cref="VmStatus.Unknown"/>.</param>
    /// <param name="row"><see cref="Vm.SeenAt"/>.</param>
    /// <param name="cluster"><see cref="Clusters.Cluster.SeenAt"/>.</param>
    /// <returns>UTC, up to a minute behind; null: never.</returns>
    public static DateTime? At(VmStatus status, DateTime? row, DateTime? cluster) =>
        status is not (VmStatus.Unknown or VmStatus.Provisioning or VmStatus.Deleting) && cluster > row ? cluster : row;
}
