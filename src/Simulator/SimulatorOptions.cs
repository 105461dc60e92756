using MultiPanel.Simulator.Seeds;

namespace MultiPanel.Simulator;

/// <summary>What a <see cref="PveSimulator"/> simulates, and how fast.</summary>
public sealed record SimulatorOptions
{
    /// <summary>The clusters; each has its nodes, certificate and users of its own.</summary>
    public IReadOnlyList<ClusterSeed> Clusters { get; init; } = [new ClusterSeed("pve")];

    /// <summary>How long things take.</summary>
    public SimulatorSpeed Speed { get; init; } = new();

    /// <summary>Divides every duration; 10 makes a 10 s cycle one of 1 s. Timestamps stay true to the clock.</summary>
    public double TimeScale { get; init; } = 1;

    /// <summary>The clock of tasks, tickets, locks and delays.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>Folder that keeps the state and certificates between runs; nothing is kept where null.</summary>
    public string? StateFolder { get; init; }

    /// <summary>Clone tasks that a node runs at once; the next one gets "got no worker upid". Seen on 9.1.8: 23.</summary>
    public int MaxClonesPerNode { get; init; } = 23;

    /// <summary>Serves the control endpoint on this port (0: a free one) of 127.0.0.1; off where null.</summary>
    public int? ControlPort { get; init; }

    /// <summary>Two clusters of three nodes with Windows and Linux templates, shared, local and full storage.</summary>
    public static SimulatorOptions Demo() => DemoSeed.Create();
}
