using MultiPanel.Contracts.Jobs;
using MultiPanel.Contracts.Workflows;
using MultiPanel.Data.Jobs;

namespace MultiPanel.Workers.Steps;

/// <summary>All sequences of steps, by the queue of the command that asks for them.</summary>
public sealed class SequenceCatalog(IEnumerable<StepSequence> all)
{
    private readonly Dictionary<string, StepSequence> byQueue = all.ToDictionary(sequence => sequence.Queue);

    /// <summary>The sequence that undoes what the job's workflow made: the one for what its command created.</summary>
    public StepSequence Undoing(Job job)
    {
        var command = WorkflowCatalog.Of(job.Workflow).Undo ?? throw new InvalidOperationException($"The workflow '{job.Workflow}' undoes nothing.");
        return byQueue[JobMessages.Queue(command)];
    }

    /// <exception cref="InvalidOperationException">A newer version has asked for a step that this one does not have.</exception>
    public (StepSequence Sequence, Step Step) Find(string queue, string step) =>
        byQueue.TryGetValue(queue, out var sequence) && sequence.Steps.FirstOrDefault(known => known.Name == step) is { } found
            ? (sequence, found)
            : throw new InvalidOperationException($"There is no step '{step}' of '{queue}' in this version.");
}
