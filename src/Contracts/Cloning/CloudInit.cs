namespace MultiPanel.Contracts.Cloning;

/// <summary>Settings for the guest's cloud-init. In a stored command the password is sealed, never plain.</summary>
public sealed record CloudInit
{
    public string? User { get; init; }

    public string? Password { get; init; }

    /// <summary>OpenSSH public keys, one a line, as in an <c>authorized_keys</c> file: options and comments may stand there too.</summary>
    public string? SshKeys { get; init; }

    /// <summary>Proxmox's <c>ipconfig0</c>, for example <c>ip=dhcp</c>, <c>ip=manual</c> or <c>ip=10.0.0.5/24,gw=10.0.0.1</c>.</summary>
    public string? IpConfig { get; init; }

    /// <summary>The same of the second network card: <c>ipconfig1</c>.</summary>
    public string? IpConfig1 { get; init; }

    public string? Nameserver { get; init; }

    /// <summary>The DNS domain that names without one are looked up in.</summary>
    public string? SearchDomain { get; init; }
}
