using System.Globalization;
using System.Text.Json;

namespace MultiPanel.Proxmox.Http;

/// <summary>Reads Proxmox's JSON, where Perl writes one value now as a number and now as a string, and a flag as 0 or 1.</summary>
internal static class PveJson
{
    public static IEnumerable<JsonElement> Rows(this JsonElement element) =>
        element.ValueKind == JsonValueKind.Array ? element.EnumerateArray() : [];

    public static IEnumerable<JsonProperty> Fields(this JsonElement element) =>
        element.ValueKind == JsonValueKind.Object ? element.EnumerateObject() : [];

    public static JsonElement Field(this JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) ? value : default;

    public static string? Scalar(this JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => Text(value),
        JsonValueKind.Number or JsonValueKind.Object or JsonValueKind.Array => value.GetRawText(),
        JsonValueKind.True => "1",
        JsonValueKind.False => "0",
        _ => null,
    };

    /// <returns>Null for what is no text, such as half a surrogate pair: a guest may say anything.</returns>
    private static string? Text(JsonElement value)
    {
        try
        {
            return value.GetString();
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    public static string? Text(this JsonElement element, string name) => element.Field(name).Scalar();

    public static long? Long(this JsonElement element, string name) => (long?)element.Double(name);

    public static int? Int(this JsonElement element, string name) => (int?)element.Double(name);

    public static double? Double(this JsonElement element, string name) =>
        double.TryParse(element.Text(name), NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : null;

    public static bool Flag(this JsonElement element, string name) => element.Text(name) is { } text && text is not ("" or "0");

    /// <summary>A UNIX epoch.</summary>
    public static DateTimeOffset? Time(this JsonElement element, string name) =>
        element.Long(name) is { } seconds and > 0 ? DateTimeOffset.FromUnixTimeSeconds(seconds) : null;

    public static TimeSpan? Seconds(this JsonElement element, string name) =>
        element.Double(name) is { } seconds ? TimeSpan.FromSeconds(seconds) : null;

    /// <summary>A list in one text; tags may be separated by semicolons, commas or blanks.</summary>
    public static IReadOnlyList<string> List(this JsonElement element, string name) =>
        List(element.Text(name));

    /// <inheritdoc cref="List(JsonElement,string)"/>
    public static IReadOnlyList<string> List(string? text) =>
        text?.Split([';', ',', ' '], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) ?? [];
}
