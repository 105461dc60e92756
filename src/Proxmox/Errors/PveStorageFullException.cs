namespace MultiPanel.Proxmox.Errors;

/// <summary>The storage has no room left.</summary>
public sealed class PveStorageFullException(PveFault fault) : PveException(fault);
