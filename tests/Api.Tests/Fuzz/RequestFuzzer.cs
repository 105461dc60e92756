using System.Text.Json.Nodes;

namespace MultiPanel.Api.Tests.Fuzz;

/// <summary>Makes requests from an OpenAPI document: about a third as it describes them, the others with one thing in them that means nothing.</summary>
/// <param name="document">The OpenAPI document.</param>
/// <param name="random">The same seed makes the same requests.</param>
/// <param name="ids">Ids that are there, by the segment before them: <c>vms</c>.</param>
internal sealed class RequestFuzzer(JsonNode document, Random random, IReadOnlyDictionary<string, string[]> ids)
{
    private static readonly string[] WrongNumbers = ["+1", "-1", "%201", "1%20", "1%0a", "%091", "01", "0x1", "1.0", "1e0", "%EF%BC%91", "1%00", "1;x", "99999999999999999999", "null"];

    private static readonly string[] WrongUuids = ["00000000000000000000000000000001", "%7B00000000-0000-0000-0000-000000000001%7D", "(00000000-0000-0000-0000-000000000001)", "%2000000000-0000-0000-0000-000000000001", "1"];

    private static readonly string[] WrongNames = ["a", "current", "-x", "a%20b", "a%00b", "%E2%80%AEab"];

    /// <summary>No filter takes them, whatever it filters by.</summary>
    private static readonly string[] WrongValues = ["", "%00", "%0a", ",,,", "a%E2%80%AEb", "%F0%9F%98%80,", "'%20OR%201=1--,"];

    private static readonly string[] NoObjects = ["", " ", "{", "[]", "null", "1", "\"x\"", "{\"a\":1,}", "{'a':1}", "{\"\\ud800\":1}", "{\"a\":NaN}", "//\n{}", new string('[', 5_000)];

    private readonly SchemaValues values = new(document, random);

    private readonly List<(string Path, string Method, JsonObject Operation)> operations =
        [.. document["paths"]!.AsObject().SelectMany(path => path.Value!.AsObject().Select(one => (path.Key, one.Key, one.Value!.AsObject())))];

    public FuzzedRequest Next()
    {
        var (route, method, operation) = Pick(operations);
        var schema = operation["requestBody"]?["content"]?["application/json"]?["schema"];
        var queries = (operation["parameters"]?.AsArray() ?? []).Where(one => (string?)one!["in"] == "query").Select(one => (string)one!["name"]!).ToList();
        var request = new FuzzedRequest(
            $"{method.ToUpperInvariant()} {route}", HttpMethod.Parse(method), Path(route), schema is null ? null : values.Object(schema).ToJsonString(), null, null);
        return random.Next(3) == 0 ? request : Spoil(request, route, queries, schema);
    }

    private FuzzedRequest Spoil(FuzzedRequest request, string route, List<string> queries, JsonNode? schema)
    {
        switch (random.Next(8))
        {
            case 0 when route.Contains('{', StringComparison.Ordinal):
                return request with { Path = Path(route, wrong: true), Nonsense = "an id that is none" };
            case 1 when queries.Count > 0:
                return request with { Path = $"{request.Path}?{Pick(queries)}={Pick(WrongValues)}", Nonsense = "a filter that means nothing" };
            case 2:
                return request with { Path = $"{request.Path}?{Pick(["x", "Limit", "stauts", "%00", "limit%20", "limit[]"])}=1", Nonsense = "an unknown query parameter" };
            case 3:
                return request with { Header = ("Content-Encoding", Pick(["gzip", "br", "x"])), Body = request.Body ?? "", Nonsense = "a content encoding" };
            case 4 when schema is null:
                return request with { Body = Pick(["{}", "{\"force\":true}", "x", "\0"]), Nonsense = "a body where none is taken" };
            case 5 when schema is not null:
                return request with { Body = Pick(NoObjects) is { Length: > 0 } broken ? broken : " ", Nonsense = "no JSON object" };
            case 6 when schema is not null:
                return request with { Body = values.Object(schema).With(Pick(["x", "Name", "constructor", "__proto__", "\u202E", new string('x', 5_000)]), 1), Nonsense = "an unknown field" };
            case 7 when schema is not null && Wrong(values.Object(schema)) is var (body, what):
                return request with { Body = body, Nonsense = what };
            default:
                return request with { Header = ("Accept-Language", new string('x', random.Next(200))) };
        }
    }

    /// <summary>One field of another type, or a text that no rule takes.</summary>
    private (string Body, string What)? Wrong(JsonObject body)
    {
        if (body.Count == 0)
        {
            return null;
        }

        var (name, value) = Pick(body.ToList());
        var isText = value is JsonValue text && text.TryGetValue<string>(out _);
        if (isText && random.Next(2) == 0)
        {
            body[name] = Pick(["a\u0007b", "\u0000", $"a\u202Eb\u001b", $"{(string?)value}\n\u0001"]);
            return (body.ToJsonString(), $"control characters in {name}");
        }

        body[name] = Pick<JsonNode>([new JsonObject { ["a"] = new JsonArray(new JsonArray()) }, new JsonArray(new JsonArray(1)), 1.5, -1e300, isText ? 12 : "x"]);
        return (body.ToJsonString(), $"a wrong type in {name}");
    }

    private string Path(string route, bool wrong = false)
    {
        var parts = route.TrimEnd('/').Split('/');
        var parameters = parts.Index().Where(part => part.Item.StartsWith('{')).Select(part => part.Index).ToList();
        var spoilt = wrong ? Pick(parameters) : -1;
        foreach (var place in parameters)
        {
            var known = ids[parts[place - 1]];
            parts[place] = place != spoilt ? Pick(known)
                : parts[place] == "{name}" ? Pick(WrongNames)
                : Guid.TryParse(known[0], out _) ? Pick(WrongUuids)
                : Pick(WrongNumbers);
        }

        return string.Join('/', parts);
    }

    private T Pick<T>(IReadOnlyList<T> from) => from[random.Next(from.Count)];
}

internal static class JsonObjectWords
{
    public static string With(this JsonObject body, string name, int value)
    {
        body[name] = value;
        return body.ToJsonString();
    }
}
