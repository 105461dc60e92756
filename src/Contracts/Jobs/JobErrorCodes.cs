namespace MultiPanel.Contracts.Jobs;

/// <summary>The stable values of <see cref="JobError.Code"/>.</summary>
public static class JobErrorCodes
{
    public const string AlreadyExists = "already_exists";
    public const string AgentSilent = "agent_silent";
    public const string AuthenticationFailed = "authentication_failed";
    public const string ChildrenFailed = "children_failed";
    public const string Cancelled = "cancelled";
    public const string ClusterUnreachable = "cluster_unreachable";
    public const string InternalError = "internal_error";
    public const string InvalidParameter = "invalid_parameter";
    public const string LinkedCloneUnsupported = "linked_clone_unsupported";
    public const string NodeUnreachable = "node_unreachable";
    public const string NodeNotFound = "node_not_found";
    public const string NotATemplate = "not_a_template";
    public const string NotOurs = "not_ours";
    public const string NodeUnsuitable = "node_unsuitable";
    public const string NoQuorum = "no_quorum";
    public const string PoolNotFound = "pool_not_found";
    public const string PermissionDenied = "permission_denied";
    public const string ProxmoxError = "proxmox_error";
    public const string QuotaExceeded = "quota_exceeded";
    public const string SnapshotNotFound = "snapshot_not_found";
    public const string StateNotReached = "state_not_reached";
    public const string StorageFull = "storage_full";
    public const string StorageNotFound = "storage_not_found";
    public const string StorageUnavailable = "storage_unavailable";
    public const string TaskFailed = "task_failed";
    public const string TaskLost = "task_lost";
    public const string TaskStopped = "task_stopped";
    public const string TemplateInUse = "template_in_use";
    public const string TemplateNotFound = "template_not_found";
    public const string Timeout = "timeout";
    public const string VmidRangeExhausted = "vmid_range_exhausted";
    public const string VmIsTemplate = "vm_is_template";
    public const string VmLocked = "vm_locked";
    public const string VmNotFound = "vm_not_found";
    public const string VmProtected = "vm_protected";
    public const string VolumeNotFound = "volume_not_found";

    /// <summary>All of them, in alphabetical order.</summary>
    public static IReadOnlyList<string> All { get; } =
        [.. typeof(JobErrorCodes).GetFields().Select(code => (string)code.GetRawConstantValue()!).Order(StringComparer.Ordinal)];
}
