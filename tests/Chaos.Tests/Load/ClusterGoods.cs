namespace MultiPanel.Chaos.Tests.Load;

/// <summary>What a customer needs to know of a cluster.</summary>
/// <param name="Nodes">Their names.</param>
/// <param name="Templates">The panel's ids, by name.</param>
public sealed record ClusterGoods(IReadOnlyList<string> Nodes, IReadOnlyDictionary<string, int> Templates);
