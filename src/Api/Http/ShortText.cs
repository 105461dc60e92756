namespace MultiPanel.Api.Http;

/// <summary>What callers sent, as answers repeat it.</summary>
internal static class ShortText
{
    private const int Longest = 60;

    /// <summary>At most 60 characters and a sign that there were more; no half of a surrogate pair.</summary>
    public static string Of(string text) =>
        text.Length <= Longest ? text : $"{text[..(char.IsHighSurrogate(text[Longest - 1]) ? Longest - 1 : Longest)]}…";
}
