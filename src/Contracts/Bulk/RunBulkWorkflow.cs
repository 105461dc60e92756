using MultiPanel.Contracts.Jobs;
using MultiPanel.Contracts.Workflows;

namespace MultiPanel.Contracts.Bulk;

public sealed class RunBulkWorkflow : IWorkflow
{
    public Workflow Description { get; } = new()
    {
        Command = typeof(RunBulk),
        Kinds = [JobKinds.VmBulk],
        Steps = [new(BulkSteps.Children)],
        HasChildren = true,
    };
}
