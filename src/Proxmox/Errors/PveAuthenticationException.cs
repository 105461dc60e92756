namespace MultiPanel.Proxmox.Errors;

/// <summary>The credential was refused (401). The call had no effect.</summary>
public sealed class PveAuthenticationException(PveFault fault) : PveException(fault);
