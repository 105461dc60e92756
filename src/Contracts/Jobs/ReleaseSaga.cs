namespace MultiPanel.Contracts.Jobs;

/// <summary>Drop this saga. The job's row is right; where the job goes on, a new saga starts from the row.</summary>
public sealed record ReleaseSaga(Guid JobId) : IJobMessage;
