namespace MultiPanel.Contracts.Jobs;

/// <summary>
/// Asks a worker to run some consecutive steps of a job. It may be delivered any number of times; a step looks before it acts.
/// The worker answers with the last step's <see cref="StepSucceeded"/>, or with the <see cref="StepFailed"/> of the step that failed.
/// </summary>
public interface IStepCommand : IJobMessage;
