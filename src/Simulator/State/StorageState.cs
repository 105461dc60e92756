namespace MultiPanel.Simulator.State;

/// <summary>A storage and the volumes on it, of all nodes.</summary>
internal sealed class StorageState
{
    public required string Name { get; init; }

    public required string Type { get; init; }

    public required bool Shared { get; init; }

    public required string Content { get; init; }

    public required string? Path { get; init; }

    public List<string>? Nodes { get; set; }

    /// <summary>Bytes, a node of its own for local storage.</summary>
    public long Capacity { get; set; }

    /// <summary>Bytes used by other things than guests' volumes.</summary>
    public long BaseUsed { get; set; }

    /// <summary>Volumes by "node|name", or "*|name" on shared storage.</summary>
    public SortedDictionary<string, VolumeState> Volumes { get; init; } = new(StringComparer.Ordinal);

    /// <summary>When the storage's allocation lock is free again, by node ("*" for shared storage).</summary>
    public Dictionary<string, DateTimeOffset> LockedUntil { get; init; } = [];

    public bool HoldsFiles => Type is not "lvmthin";

    public bool IsOn(string node) => Nodes is null || Nodes.Contains(node);

    public string Place(string node) => Shared ? "*" : node;

    public VolumeState? Find(string node, string name) => Volumes.GetValueOrDefault($"{Place(node)}|{name}");

    public void Add(string node, VolumeState volume) => Volumes[$"{Place(node)}|{volume.Name}"] = volume;

    public bool Remove(string node, string name) => Volumes.Remove($"{Place(node)}|{name}");

    public IEnumerable<VolumeState> On(string node)
    {
        var prefix = Place(node) + "|";
        return Volumes.Where(pair => pair.Key.StartsWith(prefix, StringComparison.Ordinal)).Select(pair => pair.Value);
    }

    public long UsedOn(string node) => Math.Min(Capacity, BaseUsed + On(node).Sum(volume => volume.Used));

    public long FreeOn(string node) => Capacity - UsedOn(node);
}

internal sealed class VolumeState
{
    /// <summary>Name within the storage as the volume id has it after the colon.</summary>
    public required string Name { get; init; }

    public required int? VmId { get; init; }

    public required string Format { get; init; }

    public required long Size { get; set; }

    public required long Used { get; set; }

    public string ContentType { get; init; } = "images";

    /// <summary>Name of the base volume of a linked clone.</summary>
    public string? Parent { get; init; }

    /// <summary>
    /// PVE::Storage's <c>volume_is_base_and_used</c> reads the base from the clones' names. Those on LVM-thin do not have it, so a base
    /// there is never in use.
    /// </summary>
    public bool StandsOn(string baseName) => Name.StartsWith(OwnName(baseName) + "/", StringComparison.Ordinal);

    /// <summary>Without the base that it itself stands on: what is cloned of a linked clone names that one alone.</summary>
    public static string OwnName(string name) => name.Split('/') is [_, _, var directory, var file] ? $"{directory}/{file}" : name;

    public long Created { get; init; }

    /// <summary>The operating system on it; null for an empty disk.</summary>
    public string? Guest { get; set; }
}
