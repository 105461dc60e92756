using MultiPanel.Contracts.Jobs;

namespace MultiPanel.Chaos.Tests.Rules;

/// <summary>What failed, failed for a reason that lies in Proxmox and that this chaos can cause; never because the engine lost its way.</summary>
public sealed class FailuresAreProxmoxs : Rule
{
    private static readonly string[] Caused =
    [
        // Locks held for too long; nodes down for too long.
        JobErrorCodes.VmLocked, JobErrorCodes.NodeUnreachable, JobErrorCodes.Timeout,
        // A command that followed one which had failed or was cancelled: a VM not running, a snapshot that is not there.
        JobErrorCodes.StateNotReached, JobErrorCodes.SnapshotNotFound, JobErrorCodes.TaskFailed, JobErrorCodes.ProxmoxError,
    ];

    public override IEnumerable<string> Broken(Evidence evidence) => evidence.Records
        .Where(job => job.Row.Status == JobStatus.Failed && !Caused.Contains(job.Row.Error!.Code) && !CameAfterDelete(job, evidence))
        .Select(job => $"{job} failed with {job.Row.Error!.Code}: {job.Row.Error.Message} {job.Row.Error.Detail}");

    private static bool CameAfterDelete(JobRecord job, Evidence evidence) => job.Row.Error!.Code == JobErrorCodes.VmNotFound && evidence.Records.Any(
        other => other.Row.Kind == "vm.delete" && other.Row.CreatedAt < job.Row.QueuedAt
            && (other.Row.TargetId == job.Row.TargetId || job.Row.SourceId == other.Row.TargetId));
}
