namespace MultiPanel.Contracts.VmOperations;

public enum VmAction
{
    Start,
    Shutdown,
    Stop,
    Reboot,
    Reset,
    Suspend,
    Resume,
    Snapshot,
    Rollback,
    DeleteSnapshot,
    Migrate,
    Reconfigure,
    Resize,
    Template,
    Delete,
}
