using System.Text;

namespace MultiPanel.Api.Http;

/// <summary>
/// Checks values and collects what is wrong. Null means not given and passes everything but <see cref="Required"/>;
/// a field that is wrong already is not complained about twice.
/// </summary>
public sealed class Rules(FieldErrors errors)
{
    public void Fail(string field, string message)
    {
        if (!errors.Has(field))
        {
            errors.Add(field, message);
        }
    }

    public void That(bool holds, string field, string message)
    {
        if (!holds)
        {
            Fail(field, message);
        }
    }

    public void Required(string field, object? value) =>
        That(value is not (null or "") && value is not System.Collections.ICollection { Count: 0 }, field, "is required");

    public void Range(string field, long? value, long from, long to, string unit = "") =>
        That(value is null || (value >= from && value <= to), field, $"must be from {from} to {to}{unit}");

    public void Text(string field, string? value, Func<string, bool> isRight, string message) =>
        That(value is null || isRight(value), field, message);

    public void OneOf(string field, string? value, IReadOnlyList<string> known) =>
        That(value is null || known.Contains(value), field, $"must be one of {string.Join(", ", known)}");

    /// <summary>One line, such as a name: at most so many bytes of UTF-8, and nothing that breaks the line or cannot be seen.</summary>
    public void Line(string field, string? value, int bytes)
    {
        That(value is null || Encoding.UTF8.GetByteCount(value) <= bytes, field, $"must be at most {bytes} bytes long");
        Text(field, value, TextRules.IsLine, "must be one line of visible characters: no control, direction or zero-width characters");
    }

    /// <summary>One or more lines, such as a description: at most so many bytes of UTF-8.</summary>
    public void Prose(string field, string? value, int bytes)
    {
        That(value is null || Encoding.UTF8.GetByteCount(value) <= bytes, field, $"must be at most {bytes} bytes long");
        Text(field, value, TextRules.IsProse, "must hold no control characters but tabs and line feeds, and none that change the direction of text");
    }

    public void Each(string field, IReadOnlyList<string?>? values, int most, Func<string, bool> isRight, string message)
    {
        if (values is null)
        {
            return;
        }

        That(values.Count <= most, field, $"must be at most {most}");
        foreach (var wrong in values.Where(value => value is null || !isRight(value)).Take(1))
        {
            Fail(field, wrong is null ? "must not hold null" : $"has '{ShortText.Of(wrong)}': {message}");
        }
    }
}
