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

    /// <summary>At most so many bytes of UTF-8, and no control characters but tabs and line ends.</summary>
    public void Prose(string field, string? value, int bytes)
    {
        if (value is null)
        {
            return;
        }

        That(Encoding.UTF8.GetByteCount(value) <= bytes, field, $"must be at most {bytes} bytes long");
        That(!value.Any(c => char.IsControl(c) && c is not ('\t' or '\r' or '\n')), field, "must not hold control characters");
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
            Fail(field, wrong is null ? "must not hold null" : $"has '{Shorten(wrong)}': {message}");
        }
    }

    private static string Shorten(string text) => text.Length <= 60 ? text : $"{text[..60]}…";
}
