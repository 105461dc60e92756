namespace MultiPanel.Proxmox.Errors;

/// <summary>No endpoint answered, the connection was lost, the circuit is open, or TLS was refused.</summary>
public sealed class PveUnreachableException(PveFault fault, bool tlsRefused = false) : PveException(fault)
{
    /// <summary>True where a certificate was not the expected one: the text has its fingerprint. Waiting does not help.</summary>
    public bool TlsRefused => tlsRefused;

    /// <summary>While the circuit is open: when a call will be tried again. Nothing was sent.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>No connection to any endpoint: what opens the circuit.</summary>
    internal bool NobodyAnswered { get; init; }

    public override bool IsTransient => !tlsRefused;
}
