using MultiPanel.Contracts.AgentVerification;
using MultiPanel.Sagas.Tests.Jobs;
using MultiPanel.Sagas.Workflows.AgentVerification;

namespace MultiPanel.Sagas.Tests.AgentVerification;

public sealed class VerifyAgentStateMachineTests : WorkflowSuite<VerifyAgentStateMachine, VerifyAgentState, VerifyAgent, VerifyAgentDefinition>
{
    protected override IReadOnlyList<Phase> Way { get; } =
    [
        new("Inspecting", "inspect-agent", VerifyAgentSteps.Inspect),
        new("Cloning", "make-clone", VerifyAgentSteps.Reserve, VerifyAgentSteps.Clone),
        new("Finishing", "finish-clone", VerifyAgentSteps.Configure, VerifyAgentSteps.Start),
        new("AwaitingAgent", "probe-agent", VerifyAgentSteps.Agent),
        new("Clearing", "clear-scratch", VerifyAgentSteps.Stop, VerifyAgentSteps.Delete, VerifyAgentSteps.Record),
    ];

    protected override Phase Undo { get; } = new("Undoing", "undo-clone", VerifyAgentSteps.Undo);

    protected override VerifyAgent Command(Guid job) => new() { JobId = job, TemplateId = 1, SourceId = 1 };
}
