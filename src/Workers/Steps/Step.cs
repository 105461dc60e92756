using MassTransit;
using MultiPanel.Contracts.Jobs;
using MultiPanel.Data.Jobs;

namespace MultiPanel.Workers.Steps;

/// <summary>
/// One step of a workflow: a consumer that looks at Proxmox first and acts only if the effect is not there.
/// The <see cref="StepRunner"/> does all that steps have in common.
/// </summary>
public abstract class Step<TCommand>(StepRunner runner) : IStep, IConsumer<TCommand> where TCommand : class, IStepCommand
{
    public abstract string Name { get; }

    public virtual bool Undoes => false;

    public virtual bool Cancellable => true;

    public virtual bool CanBeStopped(Job job) => true;

    public string CommandQueue => JobMessages.Queue(typeof(TCommand));

    public Task Consume(ConsumeContext<TCommand> context) => runner.RunAsync(this, context);

    public virtual Task<Slot?> SlotAsync(StepContext step, CancellationToken cancellation) => Task.FromResult<Slot?>(null);

    public abstract Task<StepOutcome?> LookAsync(StepContext step, CancellationToken cancellation);

    public abstract Task<StepOutcome> ActAsync(StepContext step, CancellationToken cancellation);
}
