using MultiPanel.Contracts.Jobs;

namespace MultiPanel.Contracts.AgentVerification;

/// <summary>See that the template is there and has its guest agent switched on: step <c>inspect</c>.</summary>
public sealed record InspectAgent(Guid JobId) : IStepCommand;

/// <summary>
/// Power the scratch VM off, delete it, and record that the agent answered: steps <c>stop</c>, <c>delete</c> and <c>record</c>.
/// </summary>
public sealed record ClearScratch(Guid JobId) : IStepCommand;
