using MultiPanel.Contracts.Jobs;

namespace MultiPanel.Contracts.Cloning;

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
