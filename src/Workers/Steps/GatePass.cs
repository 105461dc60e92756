namespace MultiPanel.Workers.Steps;

/// <summary>What the gate says to a try.</summary>
public enum GatePass
{
    /// <summary>The slot and the claim are in the row: act.</summary>
    Act,

    /// <summary>It waits in line and is woken when a slot becomes free.</summary>
    Stop,

    /// <summary>The row has changed: decide again.</summary>
    Again,
}
