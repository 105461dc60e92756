using MultiPanel.Contracts.Jobs;

namespace MultiPanel.Contracts.AgentVerification;

/// <summary>See that the template is there and has its guest agent switched on.</summary>
public sealed record InspectAgent(Guid JobId) : IStepCommand;

/// <summary>Power the scratch VM off.</summary>
public sealed record StopScratch(Guid JobId) : IStepCommand;

/// <summary>Delete the scratch VM.</summary>
public sealed record DeleteScratch(Guid JobId) : IStepCommand;

/// <summary>Make sure that the scratch VM is gone, free its VMID, and record what was found.</summary>
public sealed record RecordAgent(Guid JobId) : IStepCommand;
