using MultiPanel.Api.Http;
using MultiPanel.Contracts.Workflows;

namespace MultiPanel.Api.Jobs;

/// <summary>What jobs can be about.</summary>
internal static class JobTargets
{
    private static readonly string Known = string.Join(", ", WorkflowCatalog.TargetTypes);

    /// <param name="type">The parameter or field <c>target_type</c>; null: not given.</param>
    /// <param name="rules">Takes what is wrong with it.</param>
    public static string? Checked(string? type, Rules rules)
    {
        rules.Text("target_type", type, WorkflowCatalog.TargetTypes.Contains, $"must be one of {Known}");
        return type;
    }
}
