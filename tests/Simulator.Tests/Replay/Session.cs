using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace MultiPanel.Simulator.Tests.Replay;

/// <summary>Sends a session's requests in their order, at their time, and notes where the answers differ.</summary>
internal sealed partial class Session(string name) : IAsyncDisposable
{
    // Recorded pvestatd ran at seconds 4, 14, 24, … of its minutes (9.2.11: 8, 18, 28, …), the simulated one at 0, 10, 20, …
    private readonly TimeSpan _shift = TimeSpan.FromSeconds(name == Session9211.Name ? -8 : -4);

    private readonly Dictionary<string, string> _upids = [];
    private readonly Dictionary<string, string> _texts = [];
    private readonly Dictionary<string, string> _tickets = [];
    private readonly Dictionary<string, string> _processes = [];
    private readonly Dictionary<string, string> _consoles = [];
    private ManualClock _clock = null!;
    private PveSimulator _simulator = null!;
    private PveClient _client = null!;
    private PveClient _otherNode = null!;
    private string _csrf = "";

    public SimulatedCluster Cluster => _simulator.Clusters[0];

    public Dictionary<string, List<string>> Differences { get; } = [];

    public async Task ReplayAsync()
    {
        var recordings = Recording.Of(name);
        _clock = new ManualClock(recordings[0].SentAt!.Value + _shift);
        _simulator = await PveSimulator.StartAsync(Staging.Options(name, _clock));
        _client = new PveClient(Cluster, _clock);
        _otherNode = new PveClient(Cluster, _clock, node: 1);
        await SignInAsync("root@pam", Cluster.RootPassword);
        foreach (var (secret, replacement) in Staging.Prepare(name, Cluster))
        {
            _texts[secret] = replacement;
        }

        foreach (var recording in recordings.Where(recording => !Tolerance.Skipped.ContainsKey($"{name}/{recording.Name}")))
        {
            if (recording.SentAt is { } sent && !recording.IsImmediatePoll)
            {
                _clock.MoveTo(sent + _shift);
            }

            if (name == Session9211.Name)
            {
                Session9211.Before(recording, Cluster);
            }

            await Staging.BeforeAsync(recording, Cluster, upid => _upids[upid]);
            WaitForTask(recording);
            Differences[recording.Name] = Compare(recording, await ClientFor(recording).Send(await RequestAsync(recording)));
        }
    }

    public async ValueTask DisposeAsync()
    {
        _client?.Dispose();
        _otherNode?.Dispose();
        if (_simulator is not null)
        {
            await _simulator.DisposeAsync();
        }
    }

    private PveClient ClientFor(Recording recording) => recording.Name.EndsWith("-other-node", StringComparison.Ordinal) ? _otherNode : _client;

    /// <summary>The recorder polled until the task was done before it asked for final status and log.</summary>
    private void WaitForTask(Recording recording)
    {
        var upid = UpidIn(recording.Path);
        if (upid is null || Child(Child(recording.Body, "data"), "status")?.GetValue<string>() == "running" || !_upids.TryGetValue(upid, out var ours)
            || recording.Name.Contains("running", StringComparison.Ordinal) && recording.Name.EndsWith("-log", StringComparison.Ordinal) && recording.Session.EndsWith("failures", StringComparison.Ordinal)
            || recording.Method == "DELETE")
        {
            return;
        }

        for (var seconds = 0; seconds < 600 && Cluster.Tasks.First(task => task.Upid == ours).EndedAt is null; seconds++)
        {
            _clock.Advance(TimeSpan.FromSeconds(0.2));
        }
    }

    private async Task<HttpRequestMessage> RequestAsync(Recording recording)
    {
        var path = recording.Path;
        if (UpidIn(path) is { } upid && _upids.TryGetValue(upid, out var ours))
        {
            path = path.Replace(UpidPattern().Match(path).Value, Uri.EscapeDataString(ours), StringComparison.Ordinal);
        }

        var parameters = recording.Parameters?.SelectMany(pair => pair.Value is JsonArray array
            ? array.Select(value => KeyValuePair.Create(pair.Key, Text(value)))
            : [KeyValuePair.Create(pair.Key, Ours(pair.Key, Text(pair.Value)))]).ToList() ?? [];
        var inQuery = recording.Method is "GET" or "DELETE";
        if (inQuery && parameters.Count > 0)
        {
            path += "?" + string.Join('&', parameters.Select(pair => $"{pair.Key}={Uri.EscapeDataString(pair.Value)}"));
        }

        var request = new HttpRequestMessage(new HttpMethod(recording.Method), new Uri("/api2/json" + path, UriKind.Relative));
        if (!inQuery)
        {
            request.Content = recording.Name.Contains("json", StringComparison.Ordinal)
                ? new StringContent(recording.Parameters!.ToJsonString(), Encoding.UTF8, "application/json")
                : new FormUrlEncodedContent(parameters);
        }

        Staging.Spoil(recording, request);
        foreach (var header in recording.Headers)
        {
            await AddHeaderAsync(request.Headers, header, recording.Method);
        }

        return request;
    }

    /// <summary>Our process id, console port or console ticket for the recorded one.</summary>
    private string Ours(string key, string recorded) => key switch
    {
        "pid" => _processes.GetValueOrDefault(recorded, recorded),
        "port" or "vncticket" => _consoles.GetValueOrDefault(recorded, recorded),
        _ => recorded,
    };

    private string Text(JsonNode? value)
    {
        var text = value is JsonValue scalar && scalar.GetValueKind() == JsonValueKind.String ? scalar.GetValue<string>() : value?.ToJsonString() ?? "";
        return text.StartsWith("PVE:", StringComparison.Ordinal) ? _tickets["root@pam"] : text;
    }

    private async Task AddHeaderAsync(HttpRequestHeaders headers, string header, string method)
    {
        if (header.StartsWith("Cookie: PVEAuthCookie=PVE:", StringComparison.Ordinal))
        {
            var user = header["Cookie: PVEAuthCookie=PVE:".Length..].Split(':')[0];
            if (!_tickets.ContainsKey(user))
            {
                await SignInAsync(user, Staging.Passwords[user]);
            }

            headers.Add("Cookie", "PVEAuthCookie=" + (header.Contains(":00000000:", StringComparison.Ordinal) ? "PVE:root@pam:00000000::AAAA" : _tickets[user]));
        }
        else if (header.StartsWith("CSRF", StringComparison.Ordinal) && method != "GET")
        {
            headers.Add("CSRFPreventionToken", headers.GetValues("Cookie").Single().Contains("root@pam", StringComparison.Ordinal) ? _csrf : _texts["csrf"]);
        }
        else if (header.StartsWith("Authorization: ", StringComparison.Ordinal))
        {
            var token = header["Authorization: PVEAPIToken=".Length..].Split('=')[0];
            if (name == Session9211.Name && Session9211.SecretOf(token, Cluster) is { } secret)
            {
                headers.TryAddWithoutValidation("Authorization", $"PVEAPIToken={token}={secret}");
                return;
            }

            var value = _texts.Aggregate(header["Authorization: ".Length..], (text, pair) => text.Replace(pair.Key, pair.Value, StringComparison.Ordinal));
            headers.TryAddWithoutValidation("Authorization", value);
        }
        else if (header.Split(": ", 2) is ["Upgrade" or "Connection" or "Sec-WebSocket-Key" or "Sec-WebSocket-Version" or "Sec-WebSocket-Protocol", var text])
        {
            headers.TryAddWithoutValidation(header.Split(':')[0], text);
        }
    }

    private async Task SignInAsync(string user, string password)
    {
        var answer = await _client.Post("/access/ticket", ("username", user), ("password", password));
        _tickets[user] = answer.Data!["ticket"]!.GetValue<string>();
        var csrf = answer.Data!["CSRFPreventionToken"]!.GetValue<string>();
        if (user == "root@pam")
        {
            _csrf = csrf;
        }
        else
        {
            _texts["csrf"] = csrf;
        }
    }

    private List<string> Compare(Recording recording, Answer answer)
    {
        Learn(Child(recording.Body, "data"), answer.Data);
        LearnNumbers(Child(recording.Body, "data"), answer.Data);
        var comparer = new ShapeComparer(recording);
        var statusLine = $"HTTP/1.1 {answer.Status} {answer.Reason}";
        if (ShapeComparer.Normal(statusLine) != ShapeComparer.Normal(recording.StatusLine))
        {
            comparer.Differences.Add($"'{statusLine}' instead of '{recording.StatusLine}': {answer.Body}");
        }
        else if (recording.Body is JsonValue text)
        {
            comparer.Compare(text, JsonValue.Create(answer.Body));
            if (text.GetValue<string>() != answer.Body)
            {
                comparer.Differences.Add($"the body is '{answer.Body}' instead of '{text}'");
            }
        }
        else if (recording.Path.EndsWith("/log", StringComparison.Ordinal))
        {
            CompareLogs(Lines(recording.Body).FindAll(line => !Tolerance.IsSuperseded(recording, line)), Lines(answer.Json), comparer.Differences);
        }
        else
        {
            comparer.Compare(recording.Body, answer.Json);
        }

        return comparer.Differences;
    }

    /// <summary>Learns UPIDs and token secrets that stand for the recorded ones.</summary>
    private void Learn(JsonNode? recorded, JsonNode? ours)
    {
        foreach (var (left, right) in new[] { (recorded, ours), (Child(recorded, "upid"), Child(ours, "upid")), (Child(recorded, "value"), Child(ours, "value")) })
        {
            if (left is JsonValue a && right is JsonValue b && a.GetValueKind() == JsonValueKind.String && b.GetValueKind() == JsonValueKind.String)
            {
                var (key, value) = (a.GetValue<string>(), b.GetValue<string>());
                if (key.StartsWith("UPID:", StringComparison.Ordinal))
                {
                    _upids[key] = value;
                }
                else if (Guid.TryParse(key, out _))
                {
                    _texts[key] = value;
                }
            }
        }
    }

    private void LearnNumbers(JsonNode? recorded, JsonNode? ours)
    {
        if (Child(recorded, "upid") is not null)
        {
            foreach (var (key, value) in new[] { "port", "ticket" }.Where(key => Child(ours, key) is not null).Select(key => (Text(Child(recorded, key)), Text(Child(ours, key)))))
            {
                _consoles[key] = value;
            }
        }

        if (Child(recorded, "pid") is { } left && Child(ours, "pid") is { } right)
        {
            _processes[left.ToJsonString()] = right.ToJsonString();
        }
    }

    private static JsonNode? Child(JsonNode? node, string key) => (node as JsonObject)?[key];

    private static List<string> Lines(JsonNode? body) =>
    [
        .. body!["data"]!.AsArray().OrderBy(line => line!["n"]!.GetValue<int>()).Select(line => Duration().Replace(Stamp().Replace(line!["t"]!.GetValue<string>(), ""), "(duration)"))
            .Where(line => !Tolerance.IsMeasurement(line)),
    ];

    private static void CompareLogs(List<string> expected, List<string> actual, List<string> differences)
    {
        differences.AddRange(expected.Except(actual).Select(line => $"log line is missing: {line}"));
        differences.AddRange(actual.Except(expected).Select(line => $"log line was not recorded: {line}"));
    }

    private static string? UpidIn(string path) => UpidPattern().Match(path) is { Success: true } match ? Uri.UnescapeDataString(match.Value) : null;

    [GeneratedRegex(@"UPID(%3A|:)[^/]+")]
    private static partial Regex UpidPattern();

    [GeneratedRegex(@"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d ")]
    private static partial Regex Stamp();

    [GeneratedRegex(@"\(duration \d\d:\d\d:\d\d\)")]
    private static partial Regex Duration();
}
