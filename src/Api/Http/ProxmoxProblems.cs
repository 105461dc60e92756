using MultiPanel.Contracts.Jobs;
using MultiPanel.Proxmox.Errors;

namespace MultiPanel.Api.Http;

/// <summary>What a failed look at Proxmox is for the caller, in Proxmox's own words.</summary>
internal static class ProxmoxProblems
{
    public static ProblemException Explain(PveException failure) => failure switch
    {
        PveUnreachableException => new(503, JobErrorCodes.ClusterUnreachable, $"The cluster cannot be reached: {failure.Text}"),
        PveNodeUnreachableException => new(503, JobErrorCodes.NodeUnreachable, $"The node cannot be reached: {failure.Text}"),
        PveTimeoutException => new(504, JobErrorCodes.Timeout, $"Proxmox did not answer in time: {failure.Text}"),
        PveAuthenticationException => new(502, JobErrorCodes.AuthenticationFailed, $"Proxmox refused the cluster's credential: {failure.Text}"),
        PvePermissionException => new(502, JobErrorCodes.PermissionDenied, $"The cluster's credential may not do this in Proxmox: {failure.Text}"),
        PveNotFoundException => new(409, JobErrorCodes.VmNotFound, $"Proxmox does not have it: {failure.Text}"),
        PveNoQuorumException => new(503, JobErrorCodes.NoQuorum, $"The cluster has no quorum: {failure.Text}"),
        _ => new(502, JobErrorCodes.ProxmoxError, $"Proxmox answered: {failure.Text}"),
    };
}
