using MultiPanel.Data.Jobs;
using MultiPanel.Workers.Admission;

namespace MultiPanel.Workers.Steps;

/// <summary>
/// One step of a workflow: it looks at Proxmox first and acts only if the effect is not there. It keeps no state of its own;
/// <see cref="StepRunner"/> does all that steps have in common.
/// </summary>
public abstract class Step
{
    /// <summary>As the job shows it.</summary>
    public abstract string Name { get; }

    /// <summary>It takes back what others made: it runs although, and because, the job has failed or is being cancelled.</summary>
    public virtual bool Undoes => false;

    /// <summary>False: what it looks at is done, so a cancel comes too late.</summary>
    public virtual bool Cancellable => true;

    /// <summary>It only looks. It runs where the step before it ended, without a message in between.</summary>
    public virtual bool OnlyLooks => false;

    /// <summary>Its Proxmox task can be stopped half-way without leaving a mess; otherwise a cancel comes too late once it runs.</summary>
    public virtual bool CanBeStopped(Job job) => true;

    /// <summary>What acting costs Proxmox; null: next to nothing.</summary>
    public virtual Task<Slot?> SlotAsync(StepContext step, CancellationToken cancellation) => Task.FromResult<Slot?>(null);

    /// <returns>Null: the effect is not there and nothing is under way; act.</returns>
    public abstract Task<StepOutcome?> LookAsync(StepContext step, CancellationToken cancellation);

    public abstract Task<StepOutcome> ActAsync(StepContext step, CancellationToken cancellation);
}
