namespace MultiPanel.Proxmox.Errors;

/// <summary>A lock could not be had in time (10 s for a configuration, 1 s for a clone's source). Nothing was done.</summary>
public sealed class PveLockTimeoutException(PveFault fault, string? file) : PveException(fault)
{
    /// <summary>The lock file or cluster lock.</summary>
    public string? File => file;

    public override bool IsTransient => true;
}
