using MultiPanel.Contracts.Jobs;
using MultiPanel.Contracts.VmOperations;

namespace MultiPanel.Api.Vms;

/// <summary>How each action is called as a job, how urgent it is, and whether a template can take it.</summary>
internal static class VmActions
{
    public static string Kind(VmAction action) => action switch
    {
        VmAction.Start => JobKinds.VmStart,
        VmAction.Shutdown => JobKinds.VmShutdown,
        VmAction.Stop => JobKinds.VmStop,
        VmAction.Reboot => JobKinds.VmReboot,
        VmAction.Reset => JobKinds.VmReset,
        VmAction.Suspend => JobKinds.VmSuspend,
        VmAction.Resume => JobKinds.VmResume,
        VmAction.Snapshot => JobKinds.VmSnapshot,
        VmAction.Rollback => JobKinds.VmSnapshotRollback,
        VmAction.DeleteSnapshot => JobKinds.VmSnapshotDelete,
        VmAction.Migrate => JobKinds.VmMigrate,
        VmAction.Reconfigure => JobKinds.VmReconfigure,
        VmAction.Resize => JobKinds.VmResize,
        VmAction.Template => JobKinds.VmTemplate,
        VmAction.Delete => JobKinds.VmDelete,
        _ => throw new ArgumentOutOfRangeException(nameof(action), action, null),
    };

    /// <summary>Somebody waits at a screen for the power button; the rest takes its time.</summary>
    public static JobPriority Priority(VmAction action) => IsPower(action) ? JobPriority.Interactive : JobPriority.Operator;

    public static bool SuitsTemplates(VmAction action) =>
        action is VmAction.Migrate or VmAction.Reconfigure or VmAction.Resize or VmAction.Delete;

    private static bool IsPower(VmAction action) => action is VmAction.Start or VmAction.Shutdown or VmAction.Stop or VmAction.Reboot
        or VmAction.Reset or VmAction.Suspend or VmAction.Resume;
}
