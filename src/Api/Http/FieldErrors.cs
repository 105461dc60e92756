namespace MultiPanel.Api.Http;

/// <summary>
/// What is wrong with the fields of one request, by JSON path; all of it is reported at once, up to <see cref="Most"/> fields: names
/// are the caller's, and an answer must not grow with what was sent.
/// </summary>
public sealed class FieldErrors
{
    /// <summary>Fields that an answer names.</summary>
    public const int Most = 20;

    /// <summary>Messages that an answer has for one field; shortened names may be the same.</summary>
    private const int MostOfField = 3;

    private readonly SortedDictionary<string, List<string>> fields = new(StringComparer.Ordinal);
    private readonly HashSet<string> names = new(StringComparer.Ordinal);

    public bool Any => fields.Count > 0;

    public IReadOnlyDictionary<string, IReadOnlyList<string>> ByField =>
        fields.ToDictionary(entry => entry.Key, IReadOnlyList<string> (entry) => entry.Value);

    public string Summary => names.Count == 1
        ? $"{fields.First().Key} {fields.First().Value[0]}."
        : $"{names.Count} fields are wrong: {string.Join(", ", fields.Keys)}{(Unnamed > 0 ? $" and {Unnamed} more" : "")}.";

    private int Unnamed => names.Count - fields.Count;

    public bool Has(string field) => names.Contains(ShortText.Of(field));

    /// <param name="field">Its path; shortened where it is long.</param>
    /// <param name="message">Goes on after the field's name: "must be …".</param>
    public void Add(string field, string message)
    {
        var name = ShortText.Of(field);
        names.Add(name);
        if (!fields.TryGetValue(name, out var messages))
        {
            if (fields.Count == Most)
            {
                return;
            }

            fields[name] = messages = [];
        }

        if (messages.Count < MostOfField)
        {
            messages.Add(message);
        }
    }

    /// <exception cref="ProblemException">Something is wrong.</exception>
    public void ThrowIfAny()
    {
        if (Any)
        {
            throw Problems.Invalid(this);
        }
    }
}
