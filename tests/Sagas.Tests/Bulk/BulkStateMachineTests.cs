using MultiPanel.Contracts.Bulk;
using MultiPanel.Sagas.Tests.Jobs;
using MultiPanel.Sagas.Workflows.Bulk;

namespace MultiPanel.Sagas.Tests.Bulk;

public sealed class BulkStateMachineTests : WorkflowSuite<BulkStateMachine, BulkState, RunBulk, BulkDefinition>
{
    protected override IReadOnlyList<Phase> Way { get; } = [new("Following", "tally-children", BulkSteps.Children)];

    protected override Phase? Undo => null;

    protected override RunBulk Command(Guid job) => new() { JobId = job };

    /// <summary>The consumer that counts the children cancels them.</summary>
    protected override (string[] Asks, string? State) Cancelled(Phase phase) => ([phase.Queue], phase.State);
}
