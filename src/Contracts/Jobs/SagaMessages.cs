namespace MultiPanel.Contracts.Jobs;

/// <summary>A user cancelled the job; its row already says <see cref="JobStatus.Cancelling"/>.</summary>
public sealed record CancelRequested(Guid JobId) : IJobMessage;

/// <summary>The API has ended a job of which nothing had begun: do what follows from its end.</summary>
public sealed record JobEnded(Guid JobId) : IJobMessage;

/// <summary>Drop this saga. The job's row is right; where the job goes on, a new saga starts from the row.</summary>
public sealed record ReleaseSaga(Guid JobId) : IJobMessage;

/// <summary>A step has failed for good; the job's row has the error. What it left behind is for its workflow to undo.</summary>
public sealed record StepFailed(Guid JobId, string Step) : IJobMessage;

/// <summary>A step's effect is there; its row in the job says how it went.</summary>
public sealed record StepSucceeded(Guid JobId, string Step) : IJobMessage;
