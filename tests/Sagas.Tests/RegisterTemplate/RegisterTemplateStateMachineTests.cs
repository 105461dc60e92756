using MultiPanel.Contracts;
using MultiPanel.Sagas.Tests.Jobs;

namespace MultiPanel.Sagas.Tests;

public sealed class RegisterTemplateStateMachineTests
    : WorkflowSuite<RegisterTemplateStateMachine, RegisterTemplateState, RegisterTemplate, RegisterTemplateDefinition>
{
    protected override IReadOnlyList<Phase> Way { get; } = [new("Inspecting", RegisterTemplateSteps.Inspect, "inspect-template")];

    protected override Phase Undo { get; } = new("Undoing", RegisterTemplateSteps.Undo, "undo-registration");

    protected override RegisterTemplate Command(Guid job) => new() { JobId = job };
}
