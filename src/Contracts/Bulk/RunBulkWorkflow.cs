using MultiPanel.Contracts.Workflows;

namespace MultiPanel.Contracts.Bulk;

public sealed class RunBulkWorkflow : IWorkflow
{
    public const string Kind = "vm.bulk";

    public Workflow Description { get; } = new()
    {
        Command = typeof(RunBulk),
        Kinds = [new(Kind)],
        TargetType = "vms",
        Steps = [new(BulkSteps.Children)],
        HasChildren = true,
    };
}
