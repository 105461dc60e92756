using MultiPanel.Contracts.Jobs;
using MultiPanel.Contracts.Workflows;

namespace MultiPanel.Contracts.VmOperations;

public sealed class OperateVmWorkflow : IWorkflow
{
    public Workflow Description { get; } = new()
    {
        Command = typeof(OperateVm),
        Kinds =
        [
            JobKinds.VmStart, JobKinds.VmShutdown, JobKinds.VmStop, JobKinds.VmReboot, JobKinds.VmReset, JobKinds.VmSuspend,
            JobKinds.VmResume, JobKinds.VmSnapshot, JobKinds.VmSnapshotRollback, JobKinds.VmSnapshotDelete, JobKinds.VmMigrate,
            JobKinds.VmReconfigure, JobKinds.VmResize, JobKinds.VmTemplate, JobKinds.VmDelete,
        ],
        Steps = [new(VmOperationSteps.Task, Weight: 8), new(VmOperationSteps.Observe)],
    };
}
