using System.Text.Json.Nodes;

namespace MultiPanel.Api.Tests.Host;

/// <summary>Reads Server-Sent Events, comments too.</summary>
public sealed class EventReader : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    private readonly HttpResponseMessage response;
    private readonly StreamReader reader;

    public EventReader(HttpResponseMessage response)
    {
        this.response = response;
        reader = new StreamReader(response.Content.ReadAsStream());
    }

    public HttpResponseMessage Response => response;

    /// <summary>The next event or comment; null: the stream has ended.</summary>
    public async Task<Event?> NextAsync()
    {
        using var limit = new CancellationTokenSource(Limit);
        var lines = new List<string>();
        while (await reader.ReadLineAsync(limit.Token) is { } line)
        {
            if (line.Length > 0)
            {
                lines.Add(line);
            }
            else if (lines.Count > 0)
            {
                return Event.Of(lines);
            }
        }

        return null;
    }

    /// <summary>All events until the stream ends.</summary>
    public async Task<IReadOnlyList<Event>> RestAsync()
    {
        var events = new List<Event>();
        while (await NextAsync() is { } next)
        {
            events.Add(next);
        }

        return events;
    }

    public void Dispose()
    {
        reader.Dispose();
        response.Dispose();
    }
}

public sealed record Event(long? Id, string? Name, JsonNode? Data, string? Comment)
{
    public string? Status => (string?)Data?["status"];

    public static Event Of(IReadOnlyList<string> lines)
    {
        string? Field(string name) => lines.FirstOrDefault(line => line.StartsWith(name, StringComparison.Ordinal))?[name.Length..].TrimStart();
        var id = Field("id:");
        var data = Field("data:");
        return new Event(
            id is null ? null : long.Parse(id, System.Globalization.CultureInfo.InvariantCulture),
            Field("event:"),
            data is null ? null : JsonNode.Parse(data),
            lines[0][0] == ':' ? lines[0][1..].Trim() : null);
    }
}
