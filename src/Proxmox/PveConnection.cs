namespace MultiPanel.Proxmox;

/// <summary>Where a cluster is and how to trust and enter it.</summary>
public sealed record PveConnection
{
    /// <summary>
    /// Nodes of one cluster, as <c>https://host:8006</c>. The client stays with the one that answered last and moves on
    /// when it is down. Plain <c>http</c> is refused except to a loopback address, which is where a simulator listens.
    /// </summary>
    public required IReadOnlyList<Uri> Endpoints { get; init; }

    public required PveCredential Credential { get; init; }

    /// <summary>
    /// SHA-256 of the server's certificate in hex, with or without colons; several, separated by commas or blanks, where
    /// the nodes have certificates of their own (Proxmox's default). Null: certificate authorities decide.
    /// </summary>
    public string? Fingerprint { get; init; }

    /// <summary>
    /// PEM of the only authorities to trust, such as the cluster's <c>/etc/pve/pve-root-ca.pem</c>. Null: the system's.
    /// Not used with <see cref="Fingerprint"/>.
    /// </summary>
    public string? CaCertificate { get; init; }

    /// <summary>
    /// The time for one attempt of a call. pveproxy gives up on another node after 30 s (596), so more than that, or its own
    /// answer is never seen.
    /// </summary>
    public TimeSpan CallTimeout { get; init; } = TimeSpan.FromSeconds(35);

    /// <summary>The time to establish a connection, TLS included.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>The first pause before a read is repeated; the second is about twice as long. Both with jitter.</summary>
    public TimeSpan RetryDelay { get; init; } = TimeSpan.FromMilliseconds(300);

    /// <summary>How long no call is tried after all endpoints failed. Then one call probes.</summary>
    public TimeSpan BreakDuration { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long an endpoint that failed is asked last.</summary>
    public TimeSpan EndpointRest { get; init; } = TimeSpan.FromSeconds(30);
}
