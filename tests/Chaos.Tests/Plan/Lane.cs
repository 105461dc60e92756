namespace MultiPanel.Chaos.Tests.Plan;

/// <summary>What one company does to one VM, in order.</summary>
public sealed record Lane(int Number, string Company, int Cluster, IReadOnlyList<Order> Orders);
