namespace MultiPanel.Contracts.Clusters;

/// <summary>A Proxmox VE cluster; its secret never leaves the server.</summary>
public sealed record ClusterView
{
    public required int Id { get; init; }

    public required string Name { get; init; }

    public required IReadOnlyList<string> Endpoints { get; init; }

    public required ClusterAuth Auth { get; init; }

    /// <summary><c>user@realm!token</c> or <c>user@realm</c>.</summary>
    public required string Identity { get; init; }

    /// <summary>The pinned SHA-256 fingerprint; absent: the system's CAs decide.</summary>
    public string? Fingerprint { get; init; }

    public required int VmidFrom { get; init; }

    public required int VmidTo { get; init; }

    public int? CompanyId { get; init; }

    /// <summary>The Proxmox pool that new VMs are put into, where their company has none of its own here; absent: none.</summary>
    public string? Pool { get; init; }

    /// <summary>When the workers last read its list of VMs; up to a minute behind.</summary>
    public DateTime? SeenAt { get; init; }

    public string? Version { get; init; }

    public DateTime CreatedAt { get; init; }
}

/// <summary>What those who do not administer clusters see of one.</summary>
public sealed record ClusterName(int Id, string Name);

public enum ClusterAuth
{
    Token,
    Password,
}

/// <summary><c>POST /api/clusters</c> and <c>/api/clusters/test</c>; <c>PATCH</c> takes the same fields, each optional.</summary>
public sealed record ClusterRequest
{
    public string? Name { get; init; }

    /// <summary>Base addresses of its nodes, for example <c>https://pve1.example.com:8006</c>.</summary>
    public IReadOnlyList<string>? Endpoints { get; init; }

    public ClusterAuth? Auth { get; init; }

    /// <summary><c>user@realm!token</c> or <c>user@realm</c>.</summary>
    public string? Identity { get; init; }

    /// <summary>The token's secret or the user's password.</summary>
    public string? Secret { get; init; }

    public string? Fingerprint { get; init; }

    public int? VmidFrom { get; init; }

    public int? VmidTo { get; init; }

    /// <summary>For only one company; absent: shared by all.</summary>
    public int? CompanyId { get; init; }

    /// <summary>
    /// The Proxmox pool that new VMs are put into, where their company has none of its own here, for example <c>tenants</c>. An identity
    /// whose rights are limited to a pool needs it: Proxmox refuses to make a VM anywhere else.
    /// </summary>
    public string? Pool { get; init; }
}

/// <summary>What a preflight found.</summary>
public sealed record ClusterTest
{
    public required bool Usable { get; init; }

    public string? Version { get; init; }

    public IReadOnlyList<ClusterTestNode> Nodes { get; init; } = [];

    public IReadOnlyList<ClusterTestStorage> Storages { get; init; } = [];

    /// <summary>Privileges that commands will need and that the identity lacks.</summary>
    public IReadOnlyList<MissingPrivilege> MissingPrivileges { get; init; } = [];

    /// <summary>What stands in the way, in plain words.</summary>
    public IReadOnlyList<string> Problems { get; init; } = [];
}

public sealed record ClusterTestNode(string Name, string Status);

public sealed record ClusterTestStorage(string Name, string Node, string Type, bool Shared, bool Active, long? AvailableBytes);

public sealed record MissingPrivilege(string Path, string Privilege);
