namespace MultiPanel.Simulator.FaultInjection;

/// <summary>How a node is unreachable.</summary>
public enum NodeOutage
{
    /// <summary>The host is off: "595 No route to host" after a while.</summary>
    NoRoute,

    /// <summary>The host is up, its pveproxy is not: "595 Connection refused" at once.</summary>
    ConnectionRefused,
}
