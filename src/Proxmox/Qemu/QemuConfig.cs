using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using MultiPanel.Proxmox.Http;

namespace MultiPanel.Proxmox.Qemu;

/// <summary>A VM's configuration. Absent keys have Proxmox's defaults.</summary>
public sealed partial record QemuConfig
{
    /// <summary>Every key as its text.</summary>
    public required IReadOnlyDictionary<string, string> Raw { get; init; }

    /// <summary>By slot.</summary>
    public required IReadOnlyDictionary<string, QemuDisk> Disks { get; init; }

    public required IReadOnlyList<string> Tags { get; init; }

    public string? Name => Raw.GetValueOrDefault("name");

    /// <summary>While a clone runs, <c> qmclone temporary file</c>.</summary>
    public string? Description => Raw.GetValueOrDefault("description");

    /// <summary>As in <c>clone</c>, <c>backup</c>; null when not locked.</summary>
    public string? Lock => Raw.GetValueOrDefault("lock");

    /// <summary>To be given with a change that must not overwrite another's.</summary>
    public string? Digest => Raw.GetValueOrDefault("digest");

    public bool Template => Flag("template");

    /// <summary>Hard disks that can grow: no CD drives, and none of the firmware's. In the order of their slots, <c>scsi2</c> before <c>scsi10</c>.</summary>
    public IReadOnlyList<QemuDisk> DataDisks => [.. Disks.Values.Where(disk => disk.IsData).Order(QemuDisk.BySlot)];

    /// <summary>The slot of the disk that it boots from; null where the configuration does not say.</summary>
    public string? BootDisk => BootOrder.DiskOf(Raw, Disks);

    public int Cores => Number("cores") ?? 1;

    public int Sockets => Number("sockets") ?? 1;

    /// <summary>MiB; what the VM may have at most.</summary>
    public int MemoryMb => Number("memory") ?? Number("current", "memory") ?? 512;

    /// <summary>MiB that ballooning leaves the guest at least; 0: no ballooning; null: not configured.</summary>
    public int? BalloonMb => Number("balloon");

    /// <summary>CPUs that are plugged in at the start, of all that there may be; null: all.</summary>
    public int? Vcpus => Number("vcpus");

    /// <summary>Neither the VM nor its disks can be removed.</summary>
    public bool Protected => Flag("protection");

    /// <summary>Starts with its node.</summary>
    public bool OnBoot => Flag("onboot");

    /// <summary>Memory and CPUs are assigned to NUMA nodes one by one (<c>numa0</c>, …): the sums must match, or the VM does not start.</summary>
    public bool AssignsNuma => Numbered("numa").Any();

    /// <summary>Devices of its node that the VM uses: <c>hostpci0</c>, … and <c>usb0</c>, … with <c>host=</c>; what is found by a mapping is not among them.</summary>
    public IReadOnlyDictionary<string, string> HostDevices => Numbered("hostpci").Concat(Numbered("usb"))
        .Where(device => !device.Value.Contains("mapping=", StringComparison.Ordinal)
            && (device.Key.StartsWith("hostpci", StringComparison.Ordinal) || device.Value.Contains("host=", StringComparison.Ordinal)
                || UsbAddress.IsMatch(device.Value)))
        .ToDictionary();

    /// <summary>It has the drive by which cloud-init gets its settings.</summary>
    public bool HasCloudInit => Disks.Values.Any(disk => disk.IsCloudInit);

    /// <summary>What its drives and its unused disks lie on.</summary>
    public IEnumerable<QemuVolume> Volumes => Disks.Values.Select(disk => disk.VolId)
        .Concat(Numbered("unused").Select(disk => disk.Value.Split(',')[0])).OfType<string>().Select(QemuVolume.Parse).OfType<QemuVolume>();

    /// <summary>A disk of it is a linked clone's, and stands on a template's as far as its storage shows that.</summary>
    public bool StandsOnBase => Volumes.Any(volume => volume.StandsOn is not null);

    /// <summary>The script that runs when the VM starts and stops, as in <c>local:snippets/log.pl</c>.</summary>
    public string? HookScript => Raw.GetValueOrDefault("hookscript");

    /// <summary>Its network cards by slot, as in <c>net0</c>.</summary>
    public IReadOnlyDictionary<string, QemuNetwork> Networks =>
        Numbered("net").ToDictionary(card => card.Key, card => QemuNetwork.Parse(card.Value));

    /// <summary>The configuration has the agent on; whether it answers is another matter.</summary>
    public bool AgentEnabled => Raw.GetValueOrDefault("agent") is { } agent && (Option(agent, "enabled") ?? agent.Split(',')[0]) == "1";

    /// <summary>The same with other values and without some options, as it is once they were set.</summary>
    public QemuConfig With(IReadOnlyDictionary<string, string> settings, IEnumerable<string> without)
    {
        var raw = new SortedDictionary<string, string>(Raw.ToDictionary(), StringComparer.Ordinal);
        foreach (var (key, value) in settings)
        {
            raw[key] = value;
        }

        foreach (var key in without)
        {
            raw.Remove(key);
        }

        return From(raw);
    }

    internal static QemuConfig From(JsonElement data)
    {
        var raw = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var field in data.Fields())
        {
            if (field.Value.Scalar() is { } value)
            {
                raw[field.Name] = value;
            }
        }

        return From(raw);
    }

    internal static QemuConfig From(SortedDictionary<string, string> raw) => new()
    {
        Raw = raw,
        Disks = raw.Where(entry => QemuDisk.IsSlot(entry.Key)).ToDictionary(entry => entry.Key, entry => QemuDisk.Parse(entry.Key, entry.Value)),
        Tags = PveJson.List(raw.GetValueOrDefault("tags")),
    };

    private bool Flag(string key) => Raw.GetValueOrDefault(key) is not (null or "" or "0");

    private IEnumerable<KeyValuePair<string, string>> Numbered(string family) => Raw.Where(entry => entry.Key.Length > family.Length
        && entry.Key.StartsWith(family, StringComparison.Ordinal) && entry.Key.AsSpan(family.Length).IndexOfAnyExceptInRange('0', '9') < 0);

    private int? Number(string key) => Parsed(Raw.GetValueOrDefault(key));

    private int? Number(string option, string key) => Raw.GetValueOrDefault(key) is { } text ? Parsed(Option(text, option)) : null;

    private static int? Parsed(string? text) => int.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture, out var number) ? number : null;

    private static string? Option(string text, string name) => text.Split(',')
        .Select(part => part.Split('=', 2))
        .FirstOrDefault(part => part.Length == 2 && part[0] == name)?[1];

    /// <summary>A vendor and product, or a bus and port.</summary>
    [GeneratedRegex(@"^(?:0x)?[0-9A-Fa-f]{4}:(?:0x)?[0-9A-Fa-f]{4}|^\d+-\d+(?:\.\d+)*")]
    private static partial Regex UsbAddress { get; }
}
