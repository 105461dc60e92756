namespace MultiPanel.Simulator.State;

internal enum PowerState
{
    Stopped,
    Running,
    Paused,
}

/// <summary>A VM: its configuration file, snapshots and, while it runs, its process.</summary>
internal sealed class VmState
{
    public required int VmId { get; init; }

    /// <summary>The node whose directory has the configuration.</summary>
    public required string Node { get; set; }

    public SortedDictionary<string, string> Config { get; set; } = new(StringComparer.Ordinal);

    /// <summary>Values that apply at the next start.</summary>
    public SortedDictionary<string, string> Pending { get; init; } = new(StringComparer.Ordinal);

    /// <summary>Options that the next start removes.</summary>
    public SortedSet<string> PendingDelete { get; init; } = new(StringComparer.Ordinal);

    public List<SnapshotState> Snapshots { get; set; } = [];

    public PowerState Power { get; set; }

    /// <summary>What QEMU says of a running VM beside running and paused: <c>prelaunch</c>, <c>io-error</c>, …; null: nothing else.</summary>
    public string? OtherQmpStatus { get; set; }

    public int Pid { get; set; }

    public DateTimeOffset StartedAt { get; set; }

    /// <summary>When the guest's agent answers; null where no guest with an agent runs.</summary>
    public DateTimeOffset? AgentUpAt { get; set; }

    /// <summary>When a process that has saved its state will be gone; until then the VM still reads as running.</summary>
    public DateTimeOffset? QuitsAt { get; set; }

    /// <summary>The guest that booted, null for an empty disk.</summary>
    public string? Guest { get; set; }

    public string? Pool { get; set; }

    public Dictionary<string, string> GuestFiles { get; init; } = [];

    /// <summary>Users who have signed in to the guest; <c>DOMAIN\user</c> where there is a domain.</summary>
    public List<string> GuestUsers { get; init; } = [];

    /// <summary>What the guest's agent was asked to run, by process id.</summary>
    public Dictionary<int, GuestProcess> Processes { get; init; } = [];

    /// <summary>When a VM whose memory was read back from disk runs on: until then QEMU calls it paused.</summary>
    public DateTimeOffset? RunsAt { get; set; }

    /// <summary>What pvestatd broadcast last; null for a VM that it has not seen yet.</summary>
    public SeenVm? Seen { get; set; }

    public string? Lock => Config.GetValueOrDefault("lock");

    public bool IsTemplate => Config.GetValueOrDefault("template") == "1";

    public bool IsRunning => Power != PowerState.Stopped;

    /// <summary>QEMU's own word for the state, finer than <c>status</c>, which knows running and stopped alone.</summary>
    public string QmpStatus => Power switch
    {
        PowerState.Stopped => "stopped",
        _ when OtherQmpStatus is { } other => other,
        PowerState.Paused => "paused",
        _ => "running",
    };

    public string Name => Config.GetValueOrDefault("name") ?? $"VM {VmId}";
}

internal sealed class SnapshotState
{
    public required string Name { get; init; }

    public string? Parent { get; set; }

    public string Description { get; set; } = "";

    public long Time { get; init; }

    /// <summary>Volume with the saved memory; null without.</summary>
    public string? VmState { get; init; }

    public required SortedDictionary<string, string> Config { get; init; }

    /// <summary>The guest that ran when memory was saved.</summary>
    public string? Guest { get; init; }
}

/// <summary>A program in the guest. One that has neither exit code nor signal still runs.</summary>
internal sealed record GuestProcess(string Output = "", string Errors = "", int? ExitCode = 0, int? Signal = null);

/// <summary>A VM as pvestatd saw it. Its status is <c>qmpstatus</c>: paused, prelaunch, … beside running and stopped.</summary>
internal sealed record SeenVm(
    string Name, bool Running, string Status, bool Template, int Cpus, long Memory, long Disk, string Node, DateTimeOffset StartedAt, DateTimeOffset At);
