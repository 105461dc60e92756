namespace MultiPanel.Simulator.State;

/// <summary>All that a cluster remembers: what /etc/pve, the storages and the daemons hold. Written to the state file as it is.</summary>
internal sealed class ClusterState
{
    public required string Name { get; init; }

    public required string RootPassword { get; init; }

    /// <summary>Key that tickets are signed with.</summary>
    public required string TicketSecret { get; init; }

    /// <summary>Certificate with private key, PKCS #12, base64.</summary>
    public required string Certificate { get; init; }

    public List<NodeState> Nodes { get; init; } = [];

    public List<StorageState> Storages { get; init; } = [];

    public SortedDictionary<int, VmState> Vms { get; init; } = [];

    /// <summary>Running and finished tasks in the order of their start.</summary>
    public List<TaskState> Tasks { get; init; } = [];

    public SortedDictionary<string, UserState> Users { get; init; } = new(StringComparer.Ordinal);

    public List<AclEntry> Acl { get; init; } = [];

    public SortedDictionary<string, string> Pools { get; init; } = new(StringComparer.Ordinal);

    /// <summary>datacenter.cfg: <c>keyboard</c>, <c>migration</c>, <c>tag-style</c>, …, as the file has them.</summary>
    public SortedDictionary<string, string> Options { get; init; } = new(StringComparer.Ordinal);

    public SortedDictionary<string, string> HaResources { get; init; } = new(StringComparer.Ordinal);
}

internal sealed class NodeState
{
    public required string Name { get; init; }

    public required int Id { get; init; }

    public required long Memory { get; init; }

    public required int Cpus { get; init; }

    public required DateTimeOffset BootedAt { get; set; }

    /// <summary>The last process id given to a task or a guest.</summary>
    public int LastPid { get; set; } = 1000;

    /// <summary>Port of the node's API; 0 until it has one.</summary>
    public int Port { get; set; }

    public string Address
    {
        get => field ?? $"10.77.0.{10 + Id}";
        set;
    }
}

internal sealed class UserState
{
    public required string Id { get; init; }

    public string? Password { get; set; }

    public bool Enabled { get; set; } = true;

    public string? Comment { get; set; }

    public string? Email { get; set; }

    public long Expire { get; set; }

    public SortedDictionary<string, TokenState> Tokens { get; init; } = new(StringComparer.Ordinal);
}

internal sealed class TokenState
{
    public required string Secret { get; set; }

    public bool PrivilegeSeparation { get; set; } = true;

    public string? Comment { get; set; }

    public long Expire { get; set; }
}

internal sealed record AclEntry(string Path, string UserOrToken, string Role, bool Propagate);
