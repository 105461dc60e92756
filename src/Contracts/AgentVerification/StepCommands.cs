using MultiPanel.Contracts.Cloning;
using MultiPanel.Contracts.Jobs;

namespace MultiPanel.Contracts.AgentVerification;

/// <summary>See that the template is there and has its guest agent switched on: step <c>inspect</c>.</summary>
public sealed record InspectAgent(Guid JobId) : IStepCommand;

/// <summary>
/// Power the scratch VM off, delete it, and record that the agent answered: steps <c>stop</c>, <c>delete</c> and <c>record</c>.
/// </summary>
public sealed record ClearScratch(Guid JobId) : IStepCommand;

/// <summary>The names of the steps, in order, as a job shows them. Those that make the scratch VM are <see cref="CloneVmSteps"/>.</summary>
public static class VerifyAgentSteps
{
    public const string Inspect = "inspect";
    public const string Reserve = CloneVmSteps.Reserve;
    public const string Clone = CloneVmSteps.Clone;
    public const string Configure = CloneVmSteps.Configure;
    public const string Start = CloneVmSteps.Start;
    public const string Agent = CloneVmSteps.Agent;
    public const string Stop = "stop";
    public const string Delete = "delete";
    public const string Record = "record";
    public const string Undo = JobStep.Undo;
}
