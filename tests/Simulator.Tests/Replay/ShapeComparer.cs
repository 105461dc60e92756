using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace MultiPanel.Simulator.Tests.Replay;

/// <summary>Compares an answer's shape with the recorded one: same keys, same types, and the same values where these are facts and no measurements.</summary>
internal sealed partial class ShapeComparer(Recording recording)
{
    /// <summary>Values that must be equal.</summary>
    private static readonly HashSet<string> Facts =
    [
        "exitstatus", "type", "id", "vmid", "node", "qmpstatus", "lock", "template", "tags", "name", "poolid", "realm", "roleid", "privs", "key",
        "parent", "message", "errors", "status", "shared", "snapname", "vmstate", "running", "memory", "cores", "size", "volid", "format", "ostype",
        "content-type", "state", "sid", "hastate", "pool", "maxmem", "maxdisk", "cpus", "maxcpu", "pending", "quorate", "online", "local", "privsep", "data",
    ];

    /// <summary>Elements are distinguished by the first of these.</summary>
    private static readonly string[] Keys = ["id", "volid", "storage", "sid", "poolid", "roleid", "realm", "iface", "key", "vmid", "userid", "tokenid", "user", "name"];

    private bool _shapeOnly;

    public List<string> Differences { get; } = [];

    public void Compare(JsonNode? expected, JsonNode? actual, string path = "")
    {
        switch (expected, actual)
        {
            case (JsonObject left, JsonObject right):
                CompareObjects(left, right, path);
                break;
            case (JsonArray left, JsonArray right):
                CompareArrays(left, right, path);
                break;
            default:
                CompareValues(expected, actual, path);
                break;
        }
    }

    private void CompareObjects(JsonObject expected, JsonObject actual, string path)
    {
        foreach (var (key, value) in expected)
        {
            if (actual.ContainsKey(key))
            {
                Compare(value, actual[key], $"{path}/{key}");
            }
            else if (!Tolerance.MayLack(recording, $"{path}/{key}"))
            {
                Differences.Add($"{path}/{key} is missing");
            }
        }

        foreach (var (key, _) in actual.Where(pair => !expected.ContainsKey(pair.Key) && !Tolerance.MayAdd(recording, $"{path}/{pair.Key}")))
        {
            Differences.Add($"{path}/{key} was not recorded");
        }
    }

    private void CompareArrays(JsonArray expected, JsonArray actual, string path)
    {
        if (Tolerance.IsSample(recording, path))
        {
            _shapeOnly = true;
            foreach (var element in actual)
            {
                Compare(expected[0], element, $"{path}[]");
            }

            _shapeOnly = false;
            return;
        }

        if (expected.All(element => element is JsonObject) && expected.Count > 0 && Keys.FirstOrDefault(key => expected.All(element => Identity(element!, key) is not null)) is { } identity)
        {
            var left = expected.ToDictionary(element => Identity(element!, identity)!);
            var right = actual.ToDictionary(element => Identity(element!, identity) ?? "?");
            Differences.AddRange(left.Keys.Except(right.Keys).Select(missing => $"{path}[{missing}] is missing"));
            Differences.AddRange(right.Keys.Except(left.Keys).Select(added => $"{path}[{added}] was not recorded"));
            foreach (var key in left.Keys.Intersect(right.Keys))
            {
                Compare(left[key], right[key], $"{path}[{key}]");
            }

            return;
        }

        if (expected.Count != actual.Count)
        {
            Differences.Add($"{path} has {actual.Count} elements instead of {expected.Count}");
        }

        foreach (var (left, right) in expected.Zip(actual))
        {
            Compare(left, right, $"{path}[]");
        }
    }

    /// <summary>An access control entry is known by its path, its user and its role together.</summary>
    private static string? Identity(JsonNode element, string key) => element["ugid"] is { } user
        ? $"{element["path"]} {user} {element["roleid"]}"
        : element[key]?.ToJsonString();

    private void CompareValues(JsonNode? expected, JsonNode? actual, string path)
    {
        if (Kind(expected) != Kind(actual))
        {
            Differences.Add($"{path} is {Kind(actual)} ({actual?.ToJsonString()}) instead of {Kind(expected)} ({expected?.ToJsonString()})");
            return;
        }

        var key = path.Split('/', '[')[^1];
        var isFact = Facts.Contains(key) || path.StartsWith("/errors", StringComparison.Ordinal);
        if (isFact && !_shapeOnly && !Tolerance.MayDiffer(recording, path) && Normal(expected) != Normal(actual))
        {
            Differences.Add($"{path} is {actual?.ToJsonString()} instead of {expected?.ToJsonString()}");
        }
    }

    /// <summary>Without UPIDs and process ids.</summary>
    public static string Normal(JsonNode? node) => Normal(node?.ToJsonString() ?? "null");

    public static string Normal(string text) => TemporaryFile().Replace(UpidPattern().Replace(text, "UPID $1 $2"), ".tmp.N");

    private static string Kind(JsonNode? node) => node?.GetValueKind() switch
    {
        null => "null",
        JsonValueKind.True or JsonValueKind.False => "boolean",
        { } kind => kind.ToString(),
    };

    [GeneratedRegex(@"UPID:([^:""]+):[0-9A-F]+:[0-9A-F]+:[0-9A-F]+:([^""]+):")]
    private static partial Regex UpidPattern();

    [GeneratedRegex(@"\.tmp\.\d+")]
    private static partial Regex TemporaryFile();
}
