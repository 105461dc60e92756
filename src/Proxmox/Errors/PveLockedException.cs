namespace MultiPanel.Proxmox.Errors;

/// <summary>The VM's configuration is locked: another operation runs, or was killed.</summary>
public sealed class PveLockedException(PveFault fault, string? @lock) : PveException(fault)
{
    /// <summary>The lock's name, as in <c>backup</c> or <c>clone</c>.</summary>
    public string? Lock => @lock;
}
