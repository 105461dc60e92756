using MultiPanel.Contracts.Workflows;

namespace MultiPanel.Contracts.TemplateRegistration;

public sealed class RegisterTemplateWorkflow : IWorkflow
{
    public const string Kind = "template.register";

    public Workflow Description { get; } = new()
    {
        Command = typeof(RegisterTemplate),
        Kinds = [new(Kind)],
        TargetType = "template",
        Steps = [new(RegisterTemplateSteps.Inspect)],
        Creates = CreatedRow.Template,
        Undo = typeof(UndoRegistration),
    };
}
