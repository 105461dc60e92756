using MultiPanel.Contracts.Cloning;
using MultiPanel.Sagas.Tests.Jobs;
using MultiPanel.Sagas.Workflows.Cloning;

namespace MultiPanel.Sagas.Tests.Cloning;

public sealed class CloneVmStateMachineTests : WorkflowSuite<CloneVmStateMachine, CloneVmState, CloneVm, CloneVmDefinition>
{
    protected override IReadOnlyList<Phase> Way { get; } =
    [
        new("Cloning", "make-clone", CloneVmSteps.Reserve, CloneVmSteps.Clone),
        new("Finishing", "finish-clone", CloneVmSteps.Configure, CloneVmSteps.Resize, CloneVmSteps.Start),
        new("AwaitingAgent", "probe-agent", CloneVmSteps.Agent),
    ];

    protected override Phase Undo { get; } = new("Undoing", "undo-clone", CloneVmSteps.Undo);

    protected override CloneVm Command(Guid job) => new() { JobId = job, SourceId = 1 };
}
