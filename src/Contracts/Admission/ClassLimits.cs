namespace MultiPanel.Contracts.Admission;

/// <summary>How many of one class may run at once.</summary>
/// <param name="PerNode">Tasks on one node.</param>
/// <param name="PerStorage">Tasks that allocate on one storage, over all nodes; not counted for requests without a storage.</param>
/// <param name="PerCluster">Tasks in the cluster.</param>
public sealed record ClassLimits(int PerNode, int PerStorage, int PerCluster);
