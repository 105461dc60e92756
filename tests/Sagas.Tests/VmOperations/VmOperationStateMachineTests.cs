using MultiPanel.Contracts.VmOperations;
using MultiPanel.Sagas.Tests.Jobs;
using MultiPanel.Sagas.Workflows.VmOperations;

namespace MultiPanel.Sagas.Tests.VmOperations;

public sealed class VmOperationStateMachineTests : WorkflowSuite<VmOperationStateMachine, VmOperationState, OperateVm, VmOperationDefinition>
{
    protected override IReadOnlyList<Phase> Way { get; } =
    [
        new("Operating", "run-vm-task", VmOperationSteps.Task, VmOperationSteps.Observe),
    ];

    protected override Phase? Undo => null;

    protected override OperateVm Command(Guid job) => new() { JobId = job, Action = VmAction.Start };

    /// <summary>The worker stops the running task.</summary>
    protected override (string[] Asks, string? State) Cancelled(Phase phase) => ([phase.Queue], phase.State);
}
