using MultiPanel.Contracts.Jobs;

namespace MultiPanel.Contracts.Workflows;

/// <summary>
/// What must be known of a workflow outside of its own folders. Code that treats workflows differently asks this
/// description or the command's interfaces (<see cref="IReadsSource"/>, <see cref="ICreatesVm"/>,
/// <see cref="ICreatesTemplate"/>, <see cref="IGrowsVm"/>, <see cref="IHasSecrets"/>); no other file names a workflow.
/// </summary>
public sealed record Workflow
{
    /// <summary>The <see cref="IJobCommand"/> that starts it. A job's <c>workflow</c> is this command's queue.</summary>
    public required Type Command { get; init; }

    /// <summary>The kinds of its jobs. A kind belongs to one workflow.</summary>
    public required IReadOnlyList<WorkflowKind> Kinds { get; init; }

    /// <summary>What its jobs are about, as in a job's <c>target.type</c>.</summary>
    public string TargetType { get; init; } = "vm";

    /// <summary>The planned steps, in order, as a job shows them.</summary>
    public required IReadOnlyList<WorkflowStep> Steps { get; init; }

    /// <summary>
    /// The row that is created when a command is accepted. Cancelling the job before it starts deletes the row; retrying
    /// the job restores it. <see cref="CreatedRow.Vm"/> needs an <see cref="ICreatesVm"/> as command,
    /// <see cref="CreatedRow.Template"/> an <see cref="ICreatesTemplate"/>.
    /// </summary>
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

/// <summary>Stands beside a workflow's command and describes it. <see cref="WorkflowCatalog"/> finds it by this interface.</summary>
public interface IWorkflow
{
    Workflow Description { get; }
}

/// <summary>One kind of a workflow's jobs.</summary>
/// <param name="Name">As a job shows it, for example <c>vm.create</c>.</param>
/// <param name="SourceIsOwn">
/// The VM that is cloned must belong to the job's company. Otherwise it is a template's, which may be open to all companies.
/// </param>
public sealed record WorkflowKind(string Name, bool SourceIsOwn = false);

/// <summary>One planned step of a workflow.</summary>
/// <param name="Name">As a job shows it.</param>
/// <param name="Weight">Its share of the job's 0 to 100 percent, relative to the other steps: roughly the time it takes.</param>
public sealed record WorkflowStep(string Name, double Weight = 1);
