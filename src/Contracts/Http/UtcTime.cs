using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace MultiPanel.Contracts.Http;

/// <summary>
/// The one way in for times of requests: with an offset they are converted, without one they are UTC, whatever the server's
/// time zone is. Bodies pass through it as JSON, query parameters as text.
/// </summary>
public sealed class UtcTime : JsonConverter<DateTime>
{
    public override DateTime Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => Of(reader.GetDateTime());

    public override void Write(Utf8JsonWriter writer, DateTime value, JsonSerializerOptions options) => writer.WriteStringValue(value);

    public static bool TryParse(string text, out DateTime time)
    {
        var isTime = DateTime.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind, out var parsed);
        time = Of(parsed);
        return isTime;
    }

    /// <summary>A time of no kind is UTC; <see cref="DateTime.ToUniversalTime"/> alone would take it for the server's local time.</summary>
    public static DateTime Of(DateTime time) => time.Kind == DateTimeKind.Unspecified ? DateTime.SpecifyKind(time, DateTimeKind.Utc) : time.ToUniversalTime();
}
