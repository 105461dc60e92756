namespace MultiPanel.Contracts.Jobs;

/// <summary>What a job works on. <paramref name="Id"/> is the panel's own id, not a VMID.</summary>
public sealed record JobTarget(string Type, int? Id, string? Name);
