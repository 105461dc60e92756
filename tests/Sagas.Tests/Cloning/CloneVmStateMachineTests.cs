using MultiPanel.Contracts.Cloning;
using MultiPanel.Sagas.Tests.Jobs;
using MultiPanel.Sagas.Workflows.Cloning;

namespace MultiPanel.Sagas.Tests.Cloning;

public sealed class CloneVmStateMachineTests : WorkflowSuite<CloneVmStateMachine, CloneVmState, CloneVm, CloneVmDefinition>
{
    protected override IReadOnlyList<Phase> Way { get; } =
    [
        new("Reserving", CloneVmSteps.Reserve, "reserve-vm-id"),
        new("Cloning", CloneVmSteps.Clone, "run-clone-task"),
        new("Configuring", CloneVmSteps.Configure, "configure-clone"),
        new("Resizing", CloneVmSteps.Resize, "resize-clone"),
        new("Starting", CloneVmSteps.Start, "start-clone"),
        new("AwaitingAgent", CloneVmSteps.Agent, "probe-agent"),
    ];

    protected override Phase Undo { get; } = new("Undoing", CloneVmSteps.Undo, "undo-clone");

    protected override CloneVm Command(Guid job) => new() { JobId = job, SourceId = 1 };
}
