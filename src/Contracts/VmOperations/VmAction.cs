namespace MultiPanel.Contracts.VmOperations;

/// <summary>What can be done to a VM, each by one class in <c>src/Workers/VmOperations/Operations</c>.</summary>
public enum VmAction
{
    [VmAction(Interactive = true, InBulk = true)]
    Start,

    [VmAction(Interactive = true, InBulk = true)]
    Shutdown,

    [VmAction(Interactive = true, InBulk = true)]
    Stop,

    [VmAction(Interactive = true, InBulk = true)]
    Reboot,

    [VmAction(Interactive = true, InBulk = true)]
    Reset,

    [VmAction(Interactive = true, InBulk = true)]
    Suspend,

    [VmAction(Interactive = true, InBulk = true)]
    Resume,

    Snapshot,

    [VmAction(Kind = "vm.snapshot.rollback")]
    Rollback,

    [VmAction(Kind = "vm.snapshot.delete")]
    DeleteSnapshot,

    [VmAction(SuitsTemplates = true)]
    Migrate,

    [VmAction(SuitsTemplates = true)]
    Reconfigure,

    [VmAction(SuitsTemplates = true)]
    Resize,

    Template,

    [VmAction(SuitsTemplates = true, InBulk = true)]
    Delete,
}
