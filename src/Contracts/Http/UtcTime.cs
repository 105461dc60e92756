using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;

namespace MultiPanel.Contracts.Http;

/// <summary>
/// The one way in for times: they are converted to UTC, whatever the server's time zone is. What was stored or sent between
/// hosts and has no offset is UTC; what a caller sends must have one (<see cref="TryParse"/>, <see cref="WithOffset"/>).
/// </summary>
public sealed class UtcTime : JsonConverter<DateTime>
{
    /// <summary>Goes on after a field's name.</summary>
    public const string Expected = "must be an ISO 8601 time with an offset or Z, such as 2026-11-22T10:00:00Z";

    private static readonly Regex Iso8601 = new(@"\A[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,7})?)?(Z|[+\-][0-9]{2}:[0-9]{2})\z", RegexOptions.CultureInvariant);

    public override DateTime Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => Of(reader.GetDateTime());

    public override void Write(Utf8JsonWriter writer, DateTime value, JsonSerializerOptions options) => writer.WriteStringValue(value);

    /// <summary>A date, a time and an offset or Z as ISO 8601 writes them, and no other spelling of a time that .NET knows.</summary>
    public static bool TryParse(string text, out DateTime time)
    {
        var isTime = DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.None, out var parsed) && Iso8601.IsMatch(text);
        time = isTime ? parsed.UtcDateTime : default;
        return isTime;
    }

    /// <summary>A time of no kind is UTC; <see cref="DateTime.ToUniversalTime"/> alone would take it for the server's local time.</summary>
    public static DateTime Of(DateTime time) => time.Kind == DateTimeKind.Unspecified ? DateTime.SpecifyKind(time, DateTimeKind.Utc) : time.ToUniversalTime();

    /// <summary>For what callers send: a text that <see cref="TryParse"/> takes.</summary>
    public sealed class WithOffset : JsonConverter<DateTime>
    {
        public override DateTime Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            reader.TokenType == JsonTokenType.String && TryParse(reader.GetString()!, out var time) ? time : throw new JsonException($"A time {Expected}.");

        public override void Write(Utf8JsonWriter writer, DateTime value, JsonSerializerOptions options) => writer.WriteStringValue(value);
    }
}
