using System.Text.Json.Nodes;

namespace MultiPanel.Bench.Stack;

/// <summary>Follows <c>/api/jobs/events</c> and notes when each job was reported to be over.</summary>
internal sealed class EventFeed : IAsyncDisposable
{
    private readonly StreamReader reader;
    private readonly Task reading;

    private EventFeed(StreamReader reader)
    {
        this.reader = reader;
        reading = ReadAsync();
    }

    /// <summary>When the client had the event with a final status, by the job's id.</summary>
    public Dictionary<Guid, DateTimeOffset> Ends { get; } = [];

    public static async Task<EventFeed> OpenAsync(Panel panel, CancellationToken stopping) =>
        new(await panel.Client.OpenStreamAsync("/api/jobs/events", stopping));

    public async ValueTask DisposeAsync()
    {
        reader.Dispose();
        await reading;
    }

    private async Task ReadAsync()
    {
        try
        {
            while (await reader.ReadLineAsync() is { } line)
            {
                var now = DateTimeOffset.UtcNow;
                if (line.StartsWith("data: ", StringComparison.Ordinal)
                    && JsonNode.Parse(line["data: ".Length..]) is JsonObject job
                    && job["status"]?.GetValue<string>() is "succeeded" or "failed" or "cancelled")
                {
                    lock (Ends)
                    {
                        Ends.TryAdd(job["id"]!.GetValue<Guid>(), now);
                    }
                }
            }
        }
        catch (Exception closed) when (closed is IOException or ObjectDisposedException or OperationCanceledException or HttpRequestException)
        {
            // By us.
        }
    }
}
