using MultiPanel.Simulator;

namespace MultiPanel.TestKit;

/// <summary>What a <see cref="Site"/> is made of.</summary>
public sealed record SiteOptions
{
    /// <summary>Embedded when null.</summary>
    public SiteStores? Stores { get; init; }

    public int Workers { get; init; } = 1;

    /// <summary>The demo's clusters, thirty times as fast.</summary>
    public SimulatorOptions Simulator { get; init; } = SimulatorOptions.Demo() with { TimeScale = 30 };

    public TimeSpan WatchTick { get; init; } = TimeSpan.FromMilliseconds(50);

    /// <summary>False: what is in Proxmox and what is in the panel stay apart; the inventory is not read.</summary>
    public bool Inventory { get; init; } = true;

    /// <summary>Names of leased services (<c>admission-watch</c>, <c>reconciler</c>, …) that rest until the test has them do a round.</summary>
    public IReadOnlyList<string> Resting { get; init; } = [];

    /// <summary>Proxmox's clock, which can be stopped.</summary>
    public HeldClock ProxmoxClock { get; } = new();

    /// <summary>The workers' clock; see <see cref="SitePatience.Advance"/>.</summary>
    public ShiftedClock Clock { get; } = new();
}
