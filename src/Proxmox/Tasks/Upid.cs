using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;

namespace MultiPanel.Proxmox.Tasks;

/// <summary>
/// A task's unique id: <c>UPID:node:pid:pstart:starttime:type:id:user:</c> with the numbers in hex
/// (<c>PVE::Tools::upid_decode</c>). Ask the node that it names.
/// </summary>
[JsonConverter(typeof(UpidJsonConverter))]
public readonly partial record struct Upid
{
    private readonly string? text;

    private Upid(string text, Match match)
    {
        this.text = text;
        Node = match.Groups["node"].Value;
        Pid = Hex(match, "pid");
        PStart = Hex(match, "pstart");
        StartTime = DateTimeOffset.FromUnixTimeSeconds(Hex(match, "starttime"));
        Type = match.Groups["type"].Value;
        Id = match.Groups["id"].Value;
        User = match.Groups["user"].Value;
    }

    public string Node { get; }

    public long Pid { get; }

    /// <summary>The process's start in clock ticks after boot: with the pid it is unique.</summary>
    public long PStart { get; }

    /// <summary>By the node's clock, to the second.</summary>
    public DateTimeOffset StartTime { get; }

    /// <summary>As in <c>qmclone</c>, <c>qmstart</c>.</summary>
    public string Type { get; }

    /// <summary>It only asks the HA manager, which does the work in its own time, in a task of its own.</summary>
    public bool AsksHaManager => Type is "hastart" or "hastop" or "hamigrate";

    /// <summary>Mostly the VMID; of a <c>qmclone</c> the <i>source's</i>. May be empty.</summary>
    public string Id { get; }

    /// <summary>As in <c>root@pam</c> or <c>user@realm!token</c>.</summary>
    public string User { get; }

    /// <exception cref="FormatException">The text is no UPID.</exception>
    public static Upid Parse(string text) =>
        TryParse(text, out var upid) ? upid : throw new FormatException($"'{text}' is not a UPID.");

    public static bool TryParse([NotNullWhen(true)] string? text, out Upid upid)
    {
        var match = text is null ? Match.Empty : Shape.Match(text);
        upid = match.Success ? new Upid(text!, match) : default;
        return match.Success;
    }

    /// <summary>Equal when the text is.</summary>
    public bool Equals(Upid other) => string.Equals(text, other.text, StringComparison.Ordinal);

    public override int GetHashCode() => text is null ? 0 : text.GetHashCode(StringComparison.Ordinal);

    /// <summary>The text as Proxmox gave it.</summary>
    public override string ToString() => text ?? "";

    private static long Hex(Match match, string group) =>
        long.Parse(match.Groups[group].ValueSpan, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"\AUPID:(?<node>[a-zA-Z0-9](?:[a-zA-Z0-9\-]*[a-zA-Z0-9])?):(?<pid>[0-9A-Fa-f]{8}):(?<pstart>[0-9A-Fa-f]{8,9}):(?<starttime>[0-9A-Fa-f]{8}):(?<type>[^:\s/]+):(?<id>[^:\s/]*):(?<user>[^:\s/]+):\z")]
    private static partial Regex Shape { get; }
}
