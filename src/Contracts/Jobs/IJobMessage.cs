namespace MultiPanel.Contracts.Jobs;

/// <summary>A message of one job; sagas are correlated by <see cref="JobId"/>.</summary>
public interface IJobMessage
{
    Guid JobId { get; }
}

/// <summary>
/// The command that starts a workflow. It is kept in the job's row, so it can be sent again: its saga takes the
/// same command twice without harm. It goes to the queue that bears its name in kebab-case (<c>CloneVm</c> to <c>clone-vm</c>).
/// </summary>
public interface IJobCommand : IJobMessage;

/// <summary>
/// Asks a worker to run some consecutive steps of a job. It may be delivered any number of times; a step looks before it acts.
/// The worker answers with the last step's <see cref="StepSucceeded"/>, or with the <see cref="StepFailed"/> of the step that failed.
/// </summary>
public interface IStepCommand : IJobMessage;
