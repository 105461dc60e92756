namespace MultiPanel.Simulator.Seeds;

/// <summary>What a cluster consists of when it starts without a kept state.</summary>
public sealed record ClusterSeed(string Name)
{
    /// <summary>The nodes, in order of their node id.</summary>
    public IReadOnlyList<NodeSeed> Nodes { get; init; } = [new("pve1"), new("pve2"), new("pve3")];

    /// <summary>Storages; local ones exist once a node.</summary>
    public IReadOnlyList<StorageSeed> Storages { get; init; } = [];

    /// <summary>Templates that exist from the beginning.</summary>
    public IReadOnlyList<TemplateSeed> Templates { get; init; } = [];

    /// <summary>Password of root@pam; a random one where null.</summary>
    public string? RootPassword { get; init; }

    /// <summary>Secret (a UUID) of the seeded token root@pam!multipanel, which has no privilege separation; random where null.</summary>
    public string? TokenSecret { get; init; }

    /// <summary>First port: node 1 listens there, node 2 on the next. 0 takes free ports.</summary>
    public int BasePort { get; init; }
}
