namespace MultiPanel.Proxmox.Errors;

/// <summary>What the call names is not there, <i>on that node</i>: a VM's missing configuration file also means that it moved.</summary>
public sealed class PveNotFoundException(PveFault fault) : PveException(fault);
