using MultiPanel.Data.Jobs;

namespace MultiPanel.Workers.Steps;

/// <summary>What the <see cref="StepRunner"/> needs to know of a step.</summary>
public interface IStep
{
    /// <summary>As the job shows it.</summary>
    string Name { get; }

    /// <summary>It takes back what others made: it runs although, and because, the job has failed or is being cancelled.</summary>
    bool Undoes { get; }

    /// <summary>False: what it looks at is done; to cancel comes too late.</summary>
    bool Cancellable { get; }

    /// <summary>Its Proxmox task can be stopped half-way without leaving a mess; otherwise to cancel comes too late once it runs.</summary>
    bool CanBeStopped(Job job);

    /// <summary>Where the command to run it again is sent.</summary>
    string CommandQueue { get; }

    /// <summary>What acting costs Proxmox; null: next to nothing.</summary>
    Task<Slot?> SlotAsync(StepContext step, CancellationToken cancellation);

    /// <returns>Null: the effect is not there and nothing is under way; act.</returns>
    Task<StepOutcome?> LookAsync(StepContext step, CancellationToken cancellation);

    Task<StepOutcome> ActAsync(StepContext step, CancellationToken cancellation);
}
