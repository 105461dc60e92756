namespace MultiPanel.Contracts.Jobs;

/// <summary>Drop this saga: the job is over, or its row says otherwise. The row is right; where work is left, a new saga starts from it.</summary>
public sealed record ReleaseSaga(Guid JobId) : IJobMessage;
