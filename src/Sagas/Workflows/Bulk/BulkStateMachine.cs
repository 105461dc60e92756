using MassTransit;
using MultiPanel.Contracts.Bulk;
using Steps = MultiPanel.Contracts.Bulk.BulkSteps;

namespace MultiPanel.Sagas.Workflows.Bulk;

/// <summary>
/// Follows the children of a bulk job, each a job with a saga of its own, until all have ended; each child that ends has them
/// counted. To cancel it cancels its children. Nothing is undone here: children undo themselves.
/// </summary>
public sealed class BulkStateMachine : JobStateMachine<BulkState, RunBulk>
{
    public BulkStateMachine()
    {
        Initially(
            When(Submitted).Tally().TransitionTo(Following));

        During(Following,
            When(Submitted).Tally(),
            When(CancelRequested).Tally(),              // the worker reads the request in the job's row
            Succeeded(Steps.Children).End(),
            Failed(Steps.Children).End());
    }

    public State Following { get; private set; } = null!;
}

public sealed class BulkState : JobState;

public sealed class BulkDefinition : JobSagaDefinition<BulkState, RunBulk>;

file static class Verbs
{
    public static EventActivityBinder<BulkState, T> Tally<T>(this EventActivityBinder<BulkState, T> saga) where T : class =>
        saga.Ask(job => new TallyChildren(job));
}
