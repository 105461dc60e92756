using MultiPanel.Contracts.Jobs;

namespace MultiPanel.Contracts.Cloning;

/// <summary>Take a free VMID, choose the node, and clone: steps <c>reserve</c> and <c>clone</c>.</summary>
public sealed record MakeClone(Guid JobId) : IStepCommand;

/// <summary>Set what was asked for, grow the disk, power on: steps <c>configure</c>, <c>resize</c> and <c>start</c>.</summary>
public sealed record FinishClone(Guid JobId) : IStepCommand;

/// <summary>Ask the guest agent once; it is asked again a little later until it answers: step <c>agent</c>.</summary>
public sealed record ProbeAgent(Guid JobId) : IStepCommand;

/// <summary>Remove what the job made: the task, the VM, the reservation: step <c>undo</c>.</summary>
public sealed record UndoClone(Guid JobId) : IStepCommand;

/// <summary>The names of the steps, in order, as a job shows them.</summary>
public static class CloneVmSteps
{
    public const string Reserve = "reserve";
    public const string Clone = "clone";
    public const string Configure = "configure";
    public const string Resize = "resize";
    public const string Start = "start";
    public const string Agent = "agent";
    public const string Undo = JobStep.Undo;
}
