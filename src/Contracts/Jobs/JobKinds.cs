namespace MultiPanel.Contracts.Jobs;

/// <summary>The values of <see cref="JobView.Kind"/>.</summary>
public static class JobKinds
{
    public const string VmCreate = "vm.create";
    public const string VmClone = "vm.clone";
    public const string VmStart = "vm.start";
    public const string VmShutdown = "vm.shutdown";
    public const string VmStop = "vm.stop";
    public const string VmReboot = "vm.reboot";
    public const string VmReset = "vm.reset";
    public const string VmSuspend = "vm.suspend";
    public const string VmResume = "vm.resume";
    public const string VmSnapshot = "vm.snapshot";
    public const string VmSnapshotRollback = "vm.snapshot.rollback";
    public const string VmSnapshotDelete = "vm.snapshot.delete";
    public const string VmMigrate = "vm.migrate";
    public const string VmReconfigure = "vm.reconfigure";
    public const string VmResize = "vm.resize";
    public const string VmTemplate = "vm.template";
    public const string VmDelete = "vm.delete";
    public const string VmBulk = "vm.bulk";
    public const string TemplateRegister = "template.register";
    public const string TemplateVerifyAgent = "template.verify_agent";
}
