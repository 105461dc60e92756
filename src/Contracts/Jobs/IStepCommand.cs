namespace MultiPanel.Contracts.Jobs;

/// <summary>Asks a worker to do one step of a job. It may be delivered any number of times; the worker looks before it acts.</summary>
public interface IStepCommand : IJobMessage;
