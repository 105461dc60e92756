using System.Globalization;
using MultiPanel.Contracts.Http;

namespace MultiPanel.Api.Http;

/// <summary>Reads query parameters, which come as text.</summary>
internal static class QueryText
{
    public static long? Integer(string name, string? text, long from, long to, Rules rules)
    {
        if (text is null)
        {
            return null;
        }

        if (long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) && number >= from && number <= to)
        {
            return number;
        }

        rules.Fail(name, $"must be a whole number from {from} to {to}");
        return null;
    }

    public static int? Id(string name, string? text, Rules rules) => (int?)Integer(name, text, 1, int.MaxValue, rules);

    public static Guid? Uuid(string name, string? text, Rules rules)
    {
        if (text is null)
        {
            return null;
        }

        if (Guid.TryParseExact(text, "D", out var id))
        {
            return id;
        }

        rules.Fail(name, "must be a UUID");
        return null;
    }

    public static bool? Flag(string name, string? text, Rules rules)
    {
        if (text is not (null or "true" or "false"))
        {
            rules.Fail(name, "must be true or false");
        }

        return text is null ? null : text == "true";
    }

    /// <summary>An ISO 8601 time; without an offset it is UTC.</summary>
    public static DateTime? Time(string name, string? text, Rules rules)
    {
        if (text is null)
        {
            return null;
        }

        if (UtcTime.TryParse(text, out var time))
        {
            return time;
        }

        rules.Fail(name, "must be a time such as 2026-11-22T10:00:00Z");
        return null;
    }

    /// <summary>One or more words, separated by commas or given several times.</summary>
    public static IReadOnlyList<T> Words<T>(string name, string? text, Rules rules) where T : struct, Enum
    {
        var words = Texts(text);
        var values = words.Select(Http.Words.Parse<T>).ToList();
        if (values.Contains(null))
        {
            rules.Fail(name, $"must be one or more of {string.Join(", ", Http.Words.All(typeof(T)))}");
            return [];
        }

        return [.. values.Select(value => value!.Value)];
    }

    public static string[] Texts(string? text) =>
        text?.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) ?? [];
}
