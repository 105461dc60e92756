namespace MultiPanel.Contracts.Cloning;

/// <summary>What both requests that create a VM say of it.</summary>
public interface INewVm
{
    /// <summary>A DNS name: letters, digits, hyphens, dots; at most 63 characters.</summary>
    string Name { get; }

    string? Node { get; }

    string? Storage { get; }

    /// <summary>Per socket, as in Proxmox.</summary>
    int? Cores { get; }

    /// <summary>In MiB.</summary>
    int? MemoryMb { get; }

    /// <summary>The least size of the disk that it boots from, in GiB.</summary>
    int? DiskGb { get; }

    bool Start { get; }

    bool WaitForAgent { get; }

    string? Description { get; }

    IReadOnlyList<string>? Tags { get; }

    CloudInit? CloudInit { get; }
}
