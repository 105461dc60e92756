namespace MultiPanel.Proxmox.Errors;

/// <summary>The VM runs where it must not, or the other way round: <c>VM 100 already running</c>, <c>VM 100 is not running</c>.</summary>
public sealed class PveVmStateException(PveFault fault, bool running) : PveException(fault)
{
    /// <summary>What Proxmox found the VM to be.</summary>
    public bool Running => running;
}
