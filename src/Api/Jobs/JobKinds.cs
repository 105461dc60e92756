using MultiPanel.Contracts.Workflows;

namespace MultiPanel.Api.Jobs;

/// <summary>The kinds of jobs that there are.</summary>
internal static class JobKinds
{
    /// <summary>In alphabetical order.</summary>
    public static IReadOnlyList<string> All { get; } = [.. WorkflowCatalog.Kinds(_ => true).Distinct().Order(StringComparer.Ordinal)];
}
