namespace MultiPanel.Proxmox.Cluster;

/// <summary>A member of the cluster.</summary>
/// <param name="Local">The node that answered.</param>
public sealed record ClusterNode(string Name, string? Ip, bool Online, bool Local);
