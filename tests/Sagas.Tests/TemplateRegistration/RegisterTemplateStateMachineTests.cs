using MultiPanel.Contracts.TemplateRegistration;
using MultiPanel.Sagas.Tests.Jobs;
using MultiPanel.Sagas.Workflows.TemplateRegistration;

namespace MultiPanel.Sagas.Tests.TemplateRegistration;

public sealed class RegisterTemplateStateMachineTests
    : WorkflowSuite<RegisterTemplateStateMachine, RegisterTemplateState, RegisterTemplate, RegisterTemplateDefinition>
{
    protected override IReadOnlyList<Phase> Way { get; } = [new("Inspecting", "inspect-template", RegisterTemplateSteps.Inspect)];

    protected override Phase Undo { get; } = new("Undoing", "undo-registration", RegisterTemplateSteps.Undo);

    protected override RegisterTemplate Command(Guid job) => new() { JobId = job };
}
