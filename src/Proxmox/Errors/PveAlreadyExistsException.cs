namespace MultiPanel.Proxmox.Errors;

/// <summary>The VMID, snapshot name or volume is taken; on a repeat possibly by one's own first call.</summary>
public sealed class PveAlreadyExistsException(PveFault fault) : PveException(fault);
