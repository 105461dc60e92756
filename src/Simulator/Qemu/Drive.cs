using System.Text.RegularExpressions;

namespace MultiPanel.Simulator.Qemu;

/// <summary>A drive of a VM's configuration: <c>scsi0: local:100/vm-100-disk-0.qcow2,size=1G</c>.</summary>
internal sealed partial class Drive
{
    private Drive(string key, string volume, SortedDictionary<string, string> options)
    {
        Key = key;
        Volume = volume;
        Options = options;
    }

    public string Key { get; }

    /// <summary>Volume id, or <c>none</c>.</summary>
    public string Volume { get; set; }

    public SortedDictionary<string, string> Options { get; }

    public bool IsCdrom => Options.GetValueOrDefault("media") == "cdrom";

    public bool IsCloudInit => CloudInitVolume().IsMatch(Volume);

    public string Storage => Volume.Split(':', 2)[0];

    public string VolumeName => Volume.Split(':', 2) is [_, var name] ? name : "";

    /// <summary>A template's disk, which clones may share. A linked clone's name begins with its base and ends with its own.</summary>
    public bool IsBase => VolumeName.Split('/')[^1].StartsWith("base-", StringComparison.Ordinal);

    public bool HasVolume => Volume.Contains(':', StringComparison.Ordinal);

    public long Size => Options.TryGetValue("size", out var size) ? Sizes.Parse(size) ?? 0 : 0;

    /// <summary>All keys, in the order in which Proxmox lists them.</summary>
    public static IReadOnlyList<string> Keys { get; } =
    [
        .. new[] { ("ide", 4), ("scsi", 31), ("virtio", 16), ("sata", 6) }.SelectMany(bus => Enumerable.Range(0, bus.Item2).Select(n => $"{bus.Item1}{n}")),
        "efidisk0", "tpmstate0",
    ];

    public static bool IsKey(string key) => DriveKey().IsMatch(key);

    public static Drive Parse(string key, string value)
    {
        var parts = value.Split(',');
        var volume = parts[0].StartsWith("file=", StringComparison.Ordinal) ? parts[0][5..] : parts[0];
        var options = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var part in parts.Skip(1))
        {
            var pair = part.Split('=', 2);
            options[pair[0]] = pair.Length == 2 ? pair[1] : "1";
        }

        return new Drive(key, volume, options);
    }

    /// <summary>The drives of a configuration in the order of their keys.</summary>
    public static List<Drive> Of(IReadOnlyDictionary<string, string> config) =>
        [.. config.Where(pair => IsKey(pair.Key)).OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => Parse(pair.Key, pair.Value))];

    public override string ToString() =>
        string.Join(',', [Volume, .. Options.Select(pair => $"{pair.Key}={pair.Value}")]);

    [GeneratedRegex(@"^((ide|sata|scsi|virtio)\d+|efidisk0|tpmstate0)$")]
    private static partial Regex DriveKey();

    [GeneratedRegex(@"vm-\d+-cloudinit(\.\w+)?$")]
    private static partial Regex CloudInitVolume();
}
