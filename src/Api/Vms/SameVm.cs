using MultiPanel.Api.Http;
using MultiPanel.Contracts.Jobs;
using MultiPanel.Data.Vms;
using MultiPanel.Hosting.Vms;
using MultiPanel.Proxmox.Errors;
using MultiPanel.Proxmox.Sight;

namespace MultiPanel.Api.Vms;

/// <summary>What a request sees in Proxmox is the VM that the panel means, and no other that has its VMID: <see cref="VmIdentity"/>.</summary>
internal static class SameVm
{
    /// <param name="cluster">Its name.</param>
    /// <param name="installation">This panel's key.</param>
    /// <exception cref="ProblemException">409: it is not there, is another VM by now, or another panel's.</exception>
    /// <exception cref="PveException">It cannot be seen.</exception>
    public static VmSight Require(Sighting<VmSight> sighting, Vm row, string cluster, string installation)
    {
        var seen = sighting switch
        {
            Sighting<VmSight>.Exists exists => exists.Value,
            Sighting<VmSight>.Unknown unknown => throw unknown.Why,
            _ => throw Problems.Conflict(JobErrorCodes.VmNotFound, $"'{row.Name}' (VMID {row.Vmid}) is no longer in cluster {cluster}."),
        };
        return VmIdentity.WhyNot(row, seen, installation) is { } why ? throw Problems.Conflict(JobErrorCodes.NotOurs, why) : seen;
    }
}
