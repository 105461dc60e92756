using MultiPanel.Contracts.Jobs;

namespace MultiPanel.Contracts.VmOperations;

/// <summary>
/// Start, or attach to, the Proxmox task, and see that the VM is as it should be after it: steps <c>task</c> and <c>observe</c>.
/// </summary>
public sealed record RunVmTask(Guid JobId) : IStepCommand;

/// <summary>The names of the steps, in order, as a job shows them.</summary>
public static class VmOperationSteps
{
    public const string Task = "task";
    public const string Observe = "observe";
}
