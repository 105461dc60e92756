using MultiPanel.Contracts.Jobs;

namespace MultiPanel.Contracts.Workflows;

/// <summary>
/// What must be known of a workflow outside of its own folders. Code that treats workflows differently asks this
/// description; no other file names them.
/// </summary>
public sealed record Workflow
{
    /// <summary>The <see cref="IJobCommand"/> that starts it. A job's <c>workflow</c> is this command's queue.</summary>
    public required Type Command { get; init; }

    /// <summary>The kinds of its jobs, such as <c>vm.create</c>.</summary>
    public required IReadOnlyList<string> Kinds { get; init; }

    /// <summary>The planned steps, in order, as a job shows them.</summary>
    public required IReadOnlyList<WorkflowStep> Steps { get; init; }

    /// <summary>The row that is created when a command is accepted. Withdrawing the job deletes it; retrying restores it.</summary>
    public CreatedRow Creates { get; init; }

    /// <summary>
    /// The command of the step (<see cref="JobStep.Undo"/>) in which a failed or cancelled job undoes what it made, before it ends.
    /// Null: it undoes nothing.
    /// </summary>
    public Type? Undo { get; init; }

    public bool Undoes => Undo is not null;

    /// <summary>
    /// The step that reads the VM which the command names as its source (<see cref="IReadsSource"/>). Until that step has ended
    /// the source must not be deleted. Null: the workflow clones nothing.
    /// </summary>
    public string? ClonesIn { get; init; }

    /// <summary>Its jobs are parents: they end when their children have ended.</summary>
    public bool HasChildren { get; init; }

    /// <summary>The queue of its saga, for example <c>clone-vm</c>.</summary>
    public string Queue => JobMessages.Queue(Command);
}
