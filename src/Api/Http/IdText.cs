namespace MultiPanel.Api.Http;

/// <summary>How ids are written: one way each, so that a path, a query and the audit log never have two spellings of one row.</summary>
internal static class IdText
{
    /// <summary>Digits alone: no sign, blank, line feed or leading zero.</summary>
    public static bool IsNumber(string text) => text.Length > 0 && text.All(char.IsAsciiDigit) && (text.Length == 1 || text[0] != '0');

    /// <summary>32 hex digits in five groups: no braces, no blanks.</summary>
    public static bool IsUuid(string text) => text.Length == 36 && text.All(c => char.IsAsciiHexDigit(c) || c == '-') && Guid.TryParseExact(text, "D", out _);
}
