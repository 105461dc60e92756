namespace MultiPanel.Contracts.Cloning;

/// <summary>Settings for the guest's cloud-init. In a stored command the password is sealed, never plain.</summary>
public sealed record CloudInit
{
    public string? User { get; init; }

    public string? Password { get; init; }

    /// <summary>OpenSSH public keys, one a line.</summary>
    public string? SshKeys { get; init; }

    /// <summary>Proxmox's <c>ipconfig0</c>, for example <c>ip=dhcp</c> or <c>ip=10.0.0.5/24,gw=10.0.0.1</c>.</summary>
    public string? IpConfig { get; init; }

    public string? Nameserver { get; init; }
}
