using MassTransit;
using MultiPanel.Contracts.VmOperations;
using Steps = MultiPanel.Contracts.VmOperations.VmOperationSteps;

namespace MultiPanel.Sagas.Workflows.VmOperations;

/// <summary>
/// Does one thing to one VM: power, snapshots, migration, configuration, deletion. Nothing is undone: an operation that
/// Proxmox gave up half-way leaves the VM as Proxmox left it, and the job says so.
/// </summary>
public sealed class VmOperationStateMachine : JobStateMachine<VmOperationState, OperateVm>
{
    public VmOperationStateMachine()
    {
        Initially(
            When(Submitted).RunVmTask().TransitionTo(Operating));

        During(Operating,
            When(Submitted).RunVmTask(),
            When(CancelRequested).RunVmTask(),          // the worker reads the request in the job's row
            Succeeded(Steps.Observe).End(),
            Failed(Steps.Task, Steps.Observe).End());
    }

    /// <summary>Steps <c>task</c> and <c>observe</c>.</summary>
    public State Operating { get; private set; } = null!;
}

public sealed class VmOperationState : JobState;

public sealed class VmOperationDefinition : JobSagaDefinition<VmOperationState, OperateVm>;

file static class Verbs
{
    public static EventActivityBinder<VmOperationState, T> RunVmTask<T>(this EventActivityBinder<VmOperationState, T> saga) where T : class =>
        saga.Ask(job => new RunVmTask(job));
}
