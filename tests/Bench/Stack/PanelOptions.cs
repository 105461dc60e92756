namespace MultiPanel.Bench.Stack;

/// <summary>What a part wants the panel to be like.</summary>
internal sealed record PanelOptions
{
    public Site Site { get; init; } = new();

    public int Workers { get; init; } = 1;

    /// <summary>
    /// How many tasks of each class may run at once, on a node, a storage and in the cluster. 100 is what the rival takes on;
    /// the panel's own defaults guard a real cluster and would be all that is measured. Null: the defaults.
    /// </summary>
    public int? AtOnce { get; init; } = 100;

    /// <summary>How many of <see cref="AtOnce"/> on one node; all of them where null.</summary>
    public int? PerNode { get; init; }
}
