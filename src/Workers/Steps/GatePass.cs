namespace MultiPanel.Workers.Steps;

/// <summary>What the gate says to a try.</summary>
public enum GatePass
{
    /// <summary>The slot and the claim are in the row: act.</summary>
    Act,

    /// <summary>It waits in line; whoever frees a slot wakes it.</summary>
    Stop,

    /// <summary>The row has changed: decide again.</summary>
    Again,
}
