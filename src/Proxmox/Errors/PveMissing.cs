namespace MultiPanel.Proxmox.Errors;

/// <summary>What a <see cref="PveNotFoundException"/> did not find.</summary>
public enum PveMissing
{
    /// <summary>The text does not say, or it is a task, a user or a group.</summary>
    Other,

    /// <summary>A VM's configuration, on the node that was asked.</summary>
    Vm,
    Storage,
    Snapshot,
    Volume,
    Pool,
    Node,
}
