using MultiPanel.Contracts.Jobs;
using MultiPanel.Proxmox.Tasks;

namespace MultiPanel.Workers.Steps;

/// <summary>The result of one try of a step.</summary>
public abstract record StepOutcome
{
    private StepOutcome()
    {
    }

    /// <summary>The effect is there.</summary>
    public sealed record Done(string? Message = null) : StepOutcome
    {
        /// <summary>How many things in the message deserve attention; they are counted by the job.</summary>
        public int Warnings { get; init; }
    }

    /// <summary>It was not asked for, or does not apply.</summary>
    public sealed record Skipped(string Message) : StepOutcome;

    /// <summary>A Proxmox task does it; the task watcher reports its end.</summary>
    public sealed record Watch(Upid Upid) : StepOutcome
    {
        /// <summary>Whatever the task's end, the step runs again and looks; for steps that take several tasks.</summary>
        public bool LookAfterwards { get; init; }

        /// <summary>What the task does, as the step says it while it runs and once it has succeeded; null: nothing, or what it said before.</summary>
        public string? Message { get; init; }
    }

    /// <summary>Too early: try again after a while.</summary>
    public sealed record Later(TimeSpan Delay, string Message) : StepOutcome
    {
        /// <summary>Because a call to Proxmox failed; that is waited for within a limit.</summary>
        public bool Trouble { get; init; }

        /// <summary>The answer to a call that changes something was lost: what it may have done shows within a while from now.</summary>
        public bool Lost { get; init; }

        /// <summary>It is not this step's turn yet: its time begins, and is measured, when its turn comes.</summary>
        public bool NotBegun { get; init; }

        /// <summary>Its task may be running in Proxmox, so its slot is still taken.</summary>
        public bool KeepsSlot { get; init; }
    }

    /// <summary>What an earlier step of the sequence took for its effect was passing: it runs again.</summary>
    public sealed record Back(string Step, string Message) : StepOutcome;

    /// <summary>For good.</summary>
    public sealed record Failed(JobError Error) : StepOutcome
    {
        /// <summary>
        /// Proxmox could not be reached for long. Of an undoing step: the job ends, and its undo goes on when Proxmox can be reached again.
        /// </summary>
        public bool Unreachable { get; init; }

        /// <summary>Proxmox refused the call that acts, and no earlier try can have acted: nothing was begun.</summary>
        public bool Refused { get; init; }
    }
}
