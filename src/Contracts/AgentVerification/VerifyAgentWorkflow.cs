using MultiPanel.Contracts.Cloning;
using MultiPanel.Contracts.Workflows;

namespace MultiPanel.Contracts.AgentVerification;

public sealed class VerifyAgentWorkflow : IWorkflow
{
    public const string Kind = "template.verify_agent";

    public Workflow Description { get; } = new()
    {
        Command = typeof(VerifyAgent),
        Kinds = [new(Kind)],
        Steps =
        [
            new(VerifyAgentSteps.Inspect), new(VerifyAgentSteps.Reserve), new(VerifyAgentSteps.Clone, Weight: 14),
            new(VerifyAgentSteps.Configure), new(VerifyAgentSteps.Start), new(VerifyAgentSteps.Agent, Weight: 3),
            new(VerifyAgentSteps.Stop), new(VerifyAgentSteps.Delete), new(VerifyAgentSteps.Record),
        ],
        Creates = CreatedRow.Vm,
        Undo = typeof(UndoClone),
        ClonesIn = VerifyAgentSteps.Clone,
    };
}
