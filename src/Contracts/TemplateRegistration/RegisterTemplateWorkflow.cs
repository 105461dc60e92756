using MultiPanel.Contracts.Jobs;
using MultiPanel.Contracts.Workflows;

namespace MultiPanel.Contracts.TemplateRegistration;

public sealed class RegisterTemplateWorkflow : IWorkflow
{
    public Workflow Description { get; } = new()
    {
        Command = typeof(RegisterTemplate),
        Kinds = [JobKinds.TemplateRegister],
        Steps = [new(RegisterTemplateSteps.Inspect)],
        Creates = CreatedRow.Template,
        Undo = typeof(UndoRegistration),
    };
}
