namespace MultiPanel.Contracts.Jobs;

/// <summary>The user whose command a job is.</summary>
public sealed record JobRequester(int? Id, string Username);
