using MultiPanel.Contracts.AgentVerification;
using MultiPanel.Sagas.Tests.Jobs;
using MultiPanel.Sagas.Workflows.AgentVerification;

namespace MultiPanel.Sagas.Tests.AgentVerification;

public sealed class VerifyAgentStateMachineTests : WorkflowSuite<VerifyAgentStateMachine, VerifyAgentState, VerifyAgent, VerifyAgentDefinition>
{
    protected override IReadOnlyList<Phase> Way { get; } =
    [
        new("Inspecting", VerifyAgentSteps.Inspect, "inspect-agent"),
        new("Reserving", VerifyAgentSteps.Reserve, "reserve-vm-id"),
        new("Cloning", VerifyAgentSteps.Clone, "run-clone-task"),
        new("Configuring", VerifyAgentSteps.Configure, "configure-clone"),
        new("Starting", VerifyAgentSteps.Start, "start-clone"),
        new("AwaitingAgent", VerifyAgentSteps.Agent, "probe-agent"),
        new("Stopping", VerifyAgentSteps.Stop, "stop-scratch"),
        new("Deleting", VerifyAgentSteps.Delete, "delete-scratch"),
        new("Recording", VerifyAgentSteps.Record, "record-agent"),
    ];

    protected override Phase Undo { get; } = new("Undoing", VerifyAgentSteps.Undo, "undo-clone");

    protected override VerifyAgent Command(Guid job) => new() { JobId = job, TemplateId = 1, SourceId = 1 };
}
