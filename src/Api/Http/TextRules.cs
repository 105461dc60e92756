using System.Globalization;
using System.Text;

namespace MultiPanel.Api.Http;

/// <summary>Which characters a text may hold: a name is shown in lists, logs and mails, where it must not look like another one or break the line.</summary>
internal static class TextRules
{
    /// <summary>No control characters, and none that cannot be seen: directions, joiners, zero-width blanks, line separators.</summary>
    public static bool IsLine(string text) => !text.EnumerateRunes().Any(rune =>
        Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator);

    /// <summary>No control characters but tabs and line feeds, and none that reverse what stands after them (UAX 9: embeddings, overrides, isolates).</summary>
    public static bool IsProse(string text) => !text.Any(c =>
        (char.IsControl(c) && c is not ('\t' or '\n')) || c is (>= '\u202A' and <= '\u202E') or (>= '\u2066' and <= '\u2069'));

    /// <summary>A secret is typed or pasted into one line.</summary>
    public static bool IsSecret(string text) => !text.Any(char.IsControl);
}
