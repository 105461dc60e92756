using MassTransit;
using MultiPanel.Contracts.Jobs;
using MultiPanel.Data.Jobs;

namespace MultiPanel.Workers.Steps;

/// <summary>The consecutive steps that one command asks for.</summary>
public abstract class StepSequence(Type command, IReadOnlyList<Step> steps)
{
    /// <summary>Where the command to run them again is sent.</summary>
    public string Queue { get; } = JobMessages.Queue(command);

    public IReadOnlyList<Step> Steps => steps;

    public bool Undoes => steps[0].Undoes;

    /// <summary>Those that the job's workflow has; an undoing step is not planned.</summary>
    public IEnumerable<Step> Of(Job job) => steps.Where(step => step.Undoes || job.FindStep(step.Name) is not null);

    /// <summary>The one that follows in this sequence; null: it was the last.</summary>
    public Step? After(Job job, Step step) => Of(job).SkipWhile(other => other != step).Skip(1).FirstOrDefault();
}

/// <summary>The consumer of a command that asks for steps: a line for each command is enough.</summary>
public abstract class StepSequence<TCommand>(StepRunner runner, params IReadOnlyList<Step> steps)
    : StepSequence(typeof(TCommand), steps), IConsumer<TCommand>
    where TCommand : class, IStepCommand
{
    public Task Consume(ConsumeContext<TCommand> context) => runner.RunAsync(this, context.Message.JobId, context.CancellationToken);
}
