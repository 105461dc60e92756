namespace MultiPanel.Contracts.VmOperations;

/// <summary>The names of the steps, in order, as a job shows them.</summary>
public static class VmOperationSteps
{
    public const string Task = "task";
    public const string Observe = "observe";
}
