namespace MultiPanel.Contracts.Vms;

/// <summary>What can be set of a VM, as it is configured and in the shape in which <c>PATCH /api/vms/{id}</c> takes it: sent back as it is, it changes nothing.</summary>
public sealed record VmSettingsView : VmOptions
{
    public required string Name { get; init; }

    /// <summary>Absent: it has no cloud-init drive.</summary>
    public CloudInitView? CloudInit { get; init; }
}

/// <summary>Settings for the guest's cloud-init, without the password, which Proxmox tells nobody.</summary>
public sealed record CloudInitView
{
    public string? User { get; init; }

    /// <summary>One a line.</summary>
    public string? SshKeys { get; init; }

    /// <summary>Of the first network card.</summary>
    public string? IpConfig { get; init; }

    /// <summary>Of the second network card.</summary>
    public string? IpConfig1 { get; init; }

    public string? Nameserver { get; init; }

    public string? SearchDomain { get; init; }
}
