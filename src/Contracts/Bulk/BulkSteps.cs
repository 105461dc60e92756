namespace MultiPanel.Contracts.Bulk;

/// <summary>The steps that a bulk job shows.</summary>
public static class BulkSteps
{
    public const string Children = "children";
}
