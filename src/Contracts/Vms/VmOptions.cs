namespace MultiPanel.Contracts.Vms;

/// <summary>
/// Options of a VM's configuration that are given when it is made, and later to change it. What is absent stays as it is; of a clone,
/// as its source has it, except that a clone is not protected and does not start with its node unless that is asked for.
/// </summary>
public abstract record VmOptions
{
    /// <summary>Per socket, as in Proxmox.</summary>
    public int? Cores { get; init; }

    public int? Sockets { get; init; }

    /// <summary>The CPU type, for example <c>host</c> or <c>x86-64-v2-AES</c>.</summary>
    public string? Cpu { get; init; }

    /// <summary>In MiB.</summary>
    public int? MemoryMb { get; init; }

    /// <summary>What ballooning leaves the guest at least, in MiB; 0: no ballooning.</summary>
    public int? BalloonMb { get; init; }

    /// <summary>All its network cards; those that it has beyond the list are removed.</summary>
    public IReadOnlyList<NetworkOptions>? Networks { get; init; }

    /// <summary>Start with its node.</summary>
    public bool? OnBoot { get; init; }

    /// <summary>Neither the VM nor its disks can be removed.</summary>
    public bool? Protection { get; init; }

    public string? Description { get; init; }

    public IReadOnlyList<string>? Tags { get; init; }
}
