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
            When(CancelRequested).RunVmTask(),          // the worker sees that it is to be stopped
            Succeeded(Steps.Task).Observe().TransitionTo(Observing),
            Failed(Steps.Task).EndJob());

        During(Observing,
            When(Submitted).Observe(),
            Ignore(CancelRequested),                    // it is done already
            Succeeded(Steps.Observe).EndJob(),
            Failed(Steps.Observe).EndJob());
    }

    public State Operating { get; private set; } = null!;

    public State Observing { get; private set; } = null!;
}

file static class Verbs
{
    public static EventActivityBinder<VmOperationState, T> RunVmTask<T>(this EventActivityBinder<VmOperationState, T> saga) where T : class =>
        saga.Ask(job => new RunVmTask(job));

    public static EventActivityBinder<VmOperationState, T> Observe<T>(this EventActivityBinder<VmOperationState, T> saga) where T : class =>
        saga.Ask(job => new ObserveVm(job));
}
