namespace MultiPanel.Contracts.Jobs;

/// <summary>The API has ended a job of which nothing had begun: do what follows from its end.</summary>
public sealed record JobEnded(Guid JobId) : IJobMessage;
