using MultiPanel.Chaos.Tests.Troubles;

namespace MultiPanel.Chaos.Tests.Plan;

/// <summary>When a trouble strikes and for how long, in steps of the run: jobs accepted and jobs ended.</summary>
public sealed record Blow(int At, int For, ITrouble Trouble)
{
    public override string ToString() => $"at {At} for {For}: {Trouble}";
}
