using MultiPanel.Contracts.Workflows;

namespace MultiPanel.Contracts.VmOperations;

public sealed class OperateVmWorkflow : IWorkflow
{
    public Workflow Description { get; } = new()
    {
        Command = typeof(OperateVm),
        Kinds = [.. VmActionTraits.All.Select(action => new WorkflowKind(action.Kind()))],
        Steps = [new(VmOperationSteps.Task, Weight: 8), new(VmOperationSteps.Observe)],
    };
}
