using MultiPanel.Contracts.Jobs;
using MultiPanel.Proxmox.Errors;

namespace MultiPanel.Workers.Steps;

/// <summary>Says in stable codes and plain words what Proxmox said in its own.</summary>
public static class JobErrorTranslation
{
    /// <summary>Enough to see a failed task's last disk, error and end.</summary>
    public const int LogLines = 20;

    public static JobError Of(PveException failure, string cluster, IReadOnlyList<string>? taskLog = null)
    {
        var (code, message) = Words(failure, cluster);
        return new JobError { Code = code, Message = message, Detail = Detail(failure), TaskLog = taskLog };
    }

    public static JobError Of(Exception failure) => failure switch
    {
        StepException known => known.Error,
        _ => new JobError
        {
            Code = JobErrorCodes.InternalError,
            Message = "The panel itself failed at this step; nothing more was tried. The worker's log has the details under this job's id.",
            Detail = failure.GetType().Name, // its text may hold what is not the tenant's, such as addresses and statements
        },
    };

    public static JobError Cancelled { get; } = new() { Code = JobErrorCodes.Cancelled, Message = "Cancelled on request." };

    private static string Detail(PveException failure) => failure.Status is { } status && failure.ReasonPhrase is { Length: > 0 } reason
        && !failure.Text.StartsWith(reason, StringComparison.Ordinal)
            ? $"{status} {reason}: {failure.Text}"
            : failure.Status is { } code ? $"{code} {failure.Text}" : failure.Text;

    private static (string Code, string Message) Words(PveException failure, string cluster) => failure switch
    {
        PvePermissionException { ObjectPath: { } path, Privilege: { } privilege } => (JobErrorCodes.PermissionDenied,
            $"The panel's Proxmox identity lacks {privilege} on {path} in cluster {cluster}. Grant it there, then try again."),
        PvePermissionException => (JobErrorCodes.PermissionDenied,
            $"Cluster {cluster} does not allow this to the panel's Proxmox identity. Grant it the privilege, then try again."),
        PveAuthenticationException => (JobErrorCodes.AuthenticationFailed,
            $"Cluster {cluster} refused the panel's credential. Check the cluster's token or password in its settings."),
        PveStorageFullException => (JobErrorCodes.StorageFull,
            $"The storage in cluster {cluster} has no room for this. Free some space or choose another storage."),
        PveAlreadyExistsException => (JobErrorCodes.AlreadyExists, "Proxmox has something of that id or name already."),
        PveNotFoundException { Text: { } text } when text.Contains("snapshot '", StringComparison.Ordinal) => (JobErrorCodes.SnapshotNotFound,
            "The VM has no snapshot of that name. See which it has, and name one of those."),
        PveNotFoundException => (JobErrorCodes.VmNotFound, "Proxmox no longer has what this job works on."),
        PveLockedException { Lock: { } held } => (JobErrorCodes.VmLocked,
            $"The VM is locked by another operation ({held}). Try again when that has ended."),
        PveLockedException or PveLockTimeoutException => (JobErrorCodes.VmLocked,
            "Another operation held the lock for too long. Try again in a moment."),
        PveNodeUnreachableException { Node: { } node } => (JobErrorCodes.NodeUnreachable,
            $"Node {node} of cluster {cluster} cannot be reached. Bring it back, or choose another node."),
        PveNodeUnreachableException => (JobErrorCodes.NodeUnreachable,
            $"A node of cluster {cluster} cannot be reached. Bring it back, or choose another node."),
        PveContradictionException { Node: { } node } => (JobErrorCodes.NodeUnreachable,
            $"Cluster {cluster} lists the VM on node {node}, which does not have it. Does that node have quorum?"),
        PveUnreachableException { TlsRefused: true } => (JobErrorCodes.ClusterUnreachable,
            $"The certificate of cluster {cluster} is not the expected one. If that is intended, set its new fingerprint."),
        PveUnreachableException => (JobErrorCodes.ClusterUnreachable, $"Cluster {cluster} cannot be reached."),
        PveNoQuorumException => (JobErrorCodes.NoQuorum, $"Cluster {cluster} has no quorum: too many of its nodes are down."),
        PveTimeoutException => (JobErrorCodes.Timeout, "Proxmox did not finish this in time."),
        PveParameterException parameters => (JobErrorCodes.InvalidParameter,
            $"Proxmox refused a value: {string.Join("; ", parameters.Errors.Select(e => $"{e.Key}: {e.Value.TrimEnd()}"))}."),
        PveVmStateException { Running: true } => (JobErrorCodes.StateNotReached, "The VM is running, and this needs it stopped."),
        PveVmStateException => (JobErrorCodes.StateNotReached, "The VM is not running, and this needs it running."),
        _ => ByText(failure),
    };

    private static (string, string) ByText(PveException failure)
    {
        if (failure.Text.Contains("Linked clone feature is not supported", StringComparison.Ordinal)
            || failure.Text.Contains("linked clone", StringComparison.OrdinalIgnoreCase))
        {
            return (JobErrorCodes.LinkedCloneUnsupported,
                "Only templates on a storage that supports it can be cloned as a linked clone. Make a full clone (full: true), or convert the VM to a template first.");
        }

        if (failure.Text.Contains("storage", StringComparison.Ordinal)
            && (failure.Text.Contains("not available", StringComparison.Ordinal) || failure.Text.Contains("disabled", StringComparison.Ordinal)
                || failure.Text.Contains("does not exist", StringComparison.Ordinal) || failure.Text.Contains("local storage", StringComparison.Ordinal)))
        {
            return (JobErrorCodes.StorageUnavailable, "The storage cannot be used for this on that node. Choose another storage or node.");
        }

        if (failure.Text.Contains("protection mode enabled", StringComparison.Ordinal))
        {
            return (JobErrorCodes.VmProtected, "The VM is protected: neither it nor its disks can be removed. Switch that off first (protection: false), then try again.");
        }

        if (failure.Text.Contains("interrupted by signal", StringComparison.Ordinal))
        {
            return (JobErrorCodes.TaskStopped, "Somebody stopped the task in Proxmox.");
        }

        return failure.Method == "TASK"
            ? (JobErrorCodes.TaskFailed, "The task in Proxmox failed; its own words and the end of its log are below.")
            : (JobErrorCodes.ProxmoxError, "Proxmox refused this; its own words are below.");
    }
}
