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

        if (IdText.IsNumber(text) && long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= from && number <= to)
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

        if (IdText.IsUuid(text) && Guid.TryParseExact(text, "D", out var id))
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

    /// <summary>An ISO 8601 time with an offset.</summary>
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

        rules.Fail(name, $"{UtcTime.Expected}; a + must be written as %2B");
        return null;
    }

    /// <summary>One or more words, separated by commas or given several times. Given, but without a word in it, it is wrong: it must not mean all.</summary>
    public static IReadOnlyList<T> Words<T>(string name, string? text, Rules rules) where T : struct, Enum =>
        [.. Words(name, text, Http.Words.All(typeof(T)), rules).Select(word => Http.Words.Parse<T>(word)!.Value)];

    /// <param name="name">The parameter.</param>
    /// <param name="text">One or more words, separated by commas; null: not given.</param>
    /// <param name="known">All words that there are.</param>
    /// <param name="rules">Takes what is wrong.</param>
    public static IReadOnlyList<string> Words(string name, string? text, IEnumerable<string> known, Rules rules)
    {
        var words = text?.Split(',', StringSplitOptions.TrimEntries) ?? [];
        if (words.Except(known).Any())
        {
            rules.Fail(name, $"must be one or more of {string.Join(", ", known)}");
            return [];
        }

        return words;
    }

    /// <summary>A text to look for; an empty one would match everything.</summary>
    public static string? Text(string name, string? text, Func<string, bool> isRight, string message, Rules rules)
    {
        rules.That(text is null || (text.Length > 0 && isRight(text)), name, message);
        return text;
    }
}
