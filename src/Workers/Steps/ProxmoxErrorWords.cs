using MultiPanel.Contracts.Jobs;
using MultiPanel.Hosting.Vms;
using MultiPanel.Proxmox.Errors;

namespace MultiPanel.Workers.Steps;

/// <summary>The code and the words for each kind of refusal: what it means for what was asked, and what to do.</summary>
internal static class ProxmoxErrorWords
{
    public static (string Code, string Message) Of(PveException failure, string cluster) => failure switch
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
        PveNotFoundException missing => Missing(missing, cluster),
        PveProtectedException => (VmRefusals.Protected.Code, VmRefusals.Protected.Message),
        PveTemplateInUseException => (JobErrorCodes.TemplateInUse,
            "VMs that are linked clones of this template stand on its disk. Delete them first, or keep the template."),
        PveLockedException { Lock: { } held } => (JobErrorCodes.VmLocked, VmLock.Explain("The VM", held)),
        PveLockedException or PveLockTimeoutException => (JobErrorCodes.VmLocked,
            "Another operation held the lock for too long. Try again in a moment."),
        PveNodeUnreachableException { Node: { } node } => (JobErrorCodes.NodeUnreachable,
            $"Node {node} of cluster {cluster} cannot be reached. Bring it back, or choose another node."),
        PveNodeUnreachableException => (JobErrorCodes.NodeUnreachable,
            $"A node of cluster {cluster} cannot be reached. Bring it back, or choose another node."),
        PveUnreachableException { TlsRefused: true } => (JobErrorCodes.ClusterUnreachable,
            $"The certificate of cluster {cluster} is not the expected one. If that is intended, set its new fingerprint."),
        PveUnreachableException => (JobErrorCodes.ClusterUnreachable, $"Cluster {cluster} cannot be reached."),
        PveNoQuorumException => (JobErrorCodes.NoQuorum, $"Cluster {cluster} has no quorum: too many of its nodes are down."),
        PveContradictionException { IsTransient: false } => (JobErrorCodes.NotOurs, $"{failure.Text} It was left alone."),
        PveAnswerException => (JobErrorCodes.ProxmoxError,
            $"Cluster {cluster} gave an answer that Proxmox VE does not give. Is something between it and the panel, such as a proxy?"),
        PveContradictionException { Node: { } node } => (JobErrorCodes.NodeUnreachable,
            $"Cluster {cluster} lists the VM on node {node}, which does not have it. Does that node have quorum?"),
        PveContradictionException => (JobErrorCodes.NoQuorum,
            $"The nodes of cluster {cluster} contradict each other about this VM, as they do while one of them has no quorum. See that all are in the cluster, then try again."),
        PveTimeoutException when failure.Action == PveAction.Shutdown => (JobErrorCodes.Timeout,
            "The guest did not shut down in time: it may still be booting, or does not listen. Stop it, or give the shutdown force_after_seconds."),
        PveTimeoutException => (JobErrorCodes.Timeout, "Proxmox did not finish this in time."),
        PveParameterException parameters => (JobErrorCodes.InvalidParameter,
            $"Proxmox refused a value: {string.Join("; ", parameters.Errors.Select(e => $"{e.Key}: {e.Value.TrimEnd()}"))}."),
        PveVmStateException { Running: true } => (JobErrorCodes.StateNotReached, "The VM is running, and this needs it stopped."),
        PveVmStateException => (JobErrorCodes.StateNotReached, "The VM is not running, and this needs it running."),
        _ => ByText(failure),
    };

    private static (string, string) Missing(PveNotFoundException missing, string cluster) => missing switch
    {
        { Missing: PveMissing.Snapshot } => (JobErrorCodes.SnapshotNotFound,
            "The VM has no snapshot of that name. See which it has, and name one of those."),
        { Missing: PveMissing.Storage, MissingName: var name } => (JobErrorCodes.StorageNotFound,
            $"Cluster {cluster} has no storage '{name}'. Choose one that it has."),
        { Missing: PveMissing.Volume, MissingName: var name } => (JobErrorCodes.VolumeNotFound,
            $"The disk '{name}' is not on its storage. Look in Proxmox whether the storage is mounted, and whether the disk was removed."),
        { Missing: PveMissing.Node, MissingName: var name } => (JobErrorCodes.NodeNotFound,
            $"Cluster {cluster} has no node '{name}'. Choose one that it has."),
        { Missing: PveMissing.Pool, MissingName: var name } => (JobErrorCodes.PoolNotFound,
            $"Cluster {cluster} has no pool '{name}', or the panel's identity may not see it."),
        { Action: PveAction.Clone } => (JobErrorCodes.TemplateNotFound,
            $"What is to be cloned is no longer in cluster {cluster}. Choose another template or VM."),
        _ => (JobErrorCodes.VmNotFound, $"The VM is no longer in cluster {cluster}, or not where it was. Look at it in the list of VMs."),
    };

    private static (string, string) ByText(PveException failure)
    {
        bool Says(string words) => failure.Text.Contains(words, StringComparison.OrdinalIgnoreCase);

        if (Says("Linked clone feature is not supported") || (failure.Action == PveAction.Clone && Says("linked clone")))
        {
            return (VmRefusals.LinkedUnsupported.Code, VmRefusals.LinkedUnsupported.Message);
        }

        if (Says("storage") && (Says("not available") || Says("disabled") || Says("local storage") || Says("does not support")))
        {
            return (JobErrorCodes.StorageUnavailable, "The storage cannot be used for this on that node. Choose another storage or node.");
        }

        if (Says("interrupted by signal"))
        {
            return (JobErrorCodes.TaskStopped, "The task was stopped in Proxmox.");
        }

        return failure.Method == "TASK"
            ? (JobErrorCodes.TaskFailed, "The task in Proxmox failed; its own words and the end of its log are below.")
            : (JobErrorCodes.ProxmoxError, "Proxmox refused this; its own words are below.");
    }
}
