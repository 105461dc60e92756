using System.Text.Json;

namespace MultiPanel.Workers.Ending;

/// <summary>A job's events in Redis go on through all its attempts; each attempt's history has its own.</summary>
public static class JobHistories
{
    /// <param name="events">Oldest first. Those that tell the whole job say of which attempt they are.</param>
    public static IReadOnlyList<string> OfAttempt(IReadOnlyList<string> events, int attempt)
    {
        var attempts = events.Select(AttemptOf).ToList();
        var first = attempts.IndexOf(attempt);
        return [.. events.Skip(first >= 0 ? first : attempts.FindLastIndex(told => told is not null) + 1)];
    }

    private static int? AttemptOf(string told)
    {
        using var json = JsonDocument.Parse(told);
        return json.RootElement.TryGetProperty("attempt", out var attempt) ? attempt.GetInt32() : null;
    }
}
