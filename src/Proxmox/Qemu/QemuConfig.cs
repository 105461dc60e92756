using System.Globalization;
using System.Text.Json;
using MultiPanel.Proxmox.Http;

namespace MultiPanel.Proxmox.Qemu;

/// <summary>A VM's configuration. Absent keys have Proxmox's defaults.</summary>
public sealed record QemuConfig
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

    public bool Template => Raw.GetValueOrDefault("template") is not (null or "" or "0");

    public int Cores => Number("cores") ?? 1;

    public int Sockets => Number("sockets") ?? 1;

    /// <summary>MiB; what the VM may have at most.</summary>
    public int MemoryMb => Number("memory") ?? Number("current", "memory") ?? 512;

    /// <summary>The configuration has the agent on; whether it answers is another matter.</summary>
    public bool AgentEnabled => Raw.GetValueOrDefault("agent") is { } agent && (Option(agent, "enabled") ?? agent.Split(',')[0]) == "1";

    /// <summary>The same with other values, as it is once they were set.</summary>
    public QemuConfig With(IReadOnlyDictionary<string, string> settings)
    {
        var raw = new SortedDictionary<string, string>(Raw.ToDictionary(), StringComparer.Ordinal);
        foreach (var (key, value) in settings)
        {
            raw[key] = value;
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

    private int? Number(string key) => Parsed(Raw.GetValueOrDefault(key));

    private int? Number(string option, string key) => Raw.GetValueOrDefault(key) is { } text ? Parsed(Option(text, option)) : null;

    private static int? Parsed(string? text) => int.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture, out var number) ? number : null;

    private static string? Option(string text, string name) => text.Split(',')
        .Select(part => part.Split('=', 2))
        .FirstOrDefault(part => part.Length == 2 && part[0] == name)?[1];
}
