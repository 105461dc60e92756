using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace MultiPanel.Simulator.Tests.Replay;

/// <summary>One recorded exchange.</summary>
internal sealed record Recording(string Session, string Name, JsonObject Request, JsonObject Response)
{
    public string Method => Request["method"]!.GetValue<string>();

    public string Path => Request["path"]!.GetValue<string>()["/api2/json".Length..];

    public JsonObject? Parameters => Request["params"] as JsonObject;

    public IEnumerable<string> Headers => Request["headers"]?.AsArray().Select(header => header!.GetValue<string>()) ?? [];

    public string StatusLine => Response["status_line"]!.GetValue<string>();

    public JsonNode? Body => Response["body"];

    public double Seconds => Response["seconds"]!.GetValue<double>();

    /// <summary>The recorder asked for a task's status at once after it had started it.</summary>
    public bool IsImmediatePoll => Name.EndsWith("-task-running", StringComparison.Ordinal);

    /// <summary>When the request was sent.</summary>
    public DateTimeOffset? SentAt => Response["headers"]!.AsArray().Select(header => header!.GetValue<string>())
        .Where(header => header.StartsWith("Date: ", StringComparison.Ordinal))
        .Select(header => (DateTimeOffset?)DateTimeOffset.ParseExact(header[6..], "R", CultureInfo.InvariantCulture).AddSeconds(-Seconds)).FirstOrDefault();

    /// <summary>Rows of VMs that the recorder did not make: others ran them in the same cluster.</summary>
    public static bool IsOthers(JsonNode? row) =>
        row is JsonObject listed && listed["vmid"] is JsonValue vmid && vmid.GetValueKind() == JsonValueKind.Number && vmid.GetValue<int>() is (>= 101 and <= 103) or (>= 2000 and <= 2025);

    public static string? Folder => Environment.GetEnvironmentVariable("PVE_RECORDINGS") is { Length: > 0 } folder ? folder : null;

    public static IReadOnlyList<Recording> Of(string session) =>
    [
        .. Directory.EnumerateFiles(System.IO.Path.Combine(Folder!, session), "*.json").Order(StringComparer.Ordinal).Select(file =>
        {
            var exchange = JsonNode.Parse(File.ReadAllText(file))!;
            if (session == "9.2.11" && exchange["response"]!["body"] is JsonObject body && body["data"] is JsonArray rows)
            {
                body["data"] = new JsonArray([.. rows.Where(row => !IsOthers(row)).Select(row => row?.DeepClone())]);
            }

            return new Recording(session, System.IO.Path.GetFileNameWithoutExtension(file), exchange["request"]!.AsObject(), exchange["response"]!.AsObject());
        }),
    ];
}
