namespace MultiPanel.Proxmox.Errors;

/// <summary>The configuration changed since the digest was read.</summary>
public sealed class PveDigestMismatchException(PveFault fault) : PveException(fault);
