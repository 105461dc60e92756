namespace MultiPanel.Hosting.Vms;

/// <summary>Says that a cluster has no node of a name: when a command is accepted, and in the job.</summary>
public static class KnownNodes
{
    /// <param name="name">The node's.</param>
    /// <param name="role">What it was to be, as in <c>asked for</c>.</param>
    /// <param name="cluster">The cluster's name.</param>
    /// <param name="nodes">Those that it has.</param>
    public static string Missing(string name, string role, string cluster, IEnumerable<string> nodes) =>
        $"There is no node {name}, {role}, in cluster {cluster}. It has: {string.Join(", ", nodes)}.";
}
