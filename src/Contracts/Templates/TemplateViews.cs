namespace MultiPanel.Contracts.Templates;

/// <summary>A registered template.</summary>
public sealed record TemplateView
{
    public required int Id { get; init; }

    public required int ClusterId { get; init; }

    public string? ClusterName { get; init; }

    public required int Vmid { get; init; }

    public required string Name { get; init; }

    public string? Node { get; init; }

    /// <summary>Proxmox's <c>ostype</c>, for example <c>win11</c> or <c>l26</c>.</summary>
    public string? OsType { get; init; }

    /// <summary>Of all sockets together.</summary>
    public int? Cores { get; init; }

    public int? MemoryMb { get; init; }

    /// <summary>GiB of all disks together, as far as they are known.</summary>
    public double? DiskGb { get; init; }

    /// <summary>The guest agent is switched on in its config.</summary>
    public bool AgentEnabled { get; init; }

    public bool CloudInit { get; init; }

    /// <summary>All its disks are on shared storage, so that it can be cloned to any node.</summary>
    public bool Shared { get; init; }

    /// <summary>The company that it belongs to; absent: all companies may use it.</summary>
    public int? CompanyId { get; init; }

    /// <summary><c>registering</c>, <c>ready</c> or <c>gone</c>.</summary>
    public required TemplateStatus Status { get; init; }
}

public enum TemplateStatus
{
    Registering,
    Ready,
    Gone,
}

/// <summary>A template that a cluster has, registered or not.</summary>
public sealed record DiscoveredTemplate(int ClusterId, int Vmid, string Name, string Node, bool Registered, int? TemplateId);

/// <summary><c>POST /api/templates/register</c>.</summary>
public sealed record RegisterTemplateRequest
{
    public required int ClusterId { get; init; }

    public required int Vmid { get; init; }

    /// <summary>Absent: the template's own name.</summary>
    public string? Name { get; init; }

    /// <summary>For only one company; absent: for all. Only a super admin may leave it out.</summary>
    public int? CompanyId { get; init; }
}
