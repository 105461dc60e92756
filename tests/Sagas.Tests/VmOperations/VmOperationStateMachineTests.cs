using MultiPanel.Contracts.VmOperations;
using MultiPanel.Sagas.Tests.Jobs;
using MultiPanel.Sagas.Workflows.VmOperations;

namespace MultiPanel.Sagas.Tests.VmOperations;

public sealed class VmOperationStateMachineTests : WorkflowSuite<VmOperationStateMachine, VmOperationState, OperateVm, VmOperationDefinition>
{
    protected override IReadOnlyList<Phase> Way { get; } =
    [
        new("Operating", VmOperationSteps.Task, "run-vm-task"),
        new("Observing", VmOperationSteps.Observe, "observe-vm"),
    ];

    protected override Phase? Undo => null;

    protected override OperateVm Command(Guid job) => new() { JobId = job, Action = VmAction.Start };

    /// <summary>A running task is stopped by its step; what is done already is only recorded.</summary>
    protected override (string[] Asks, string? State) Cancelled(Phase phase) =>
        (phase.Step == VmOperationSteps.Task ? [phase.Queue] : [], phase.State);
}
