namespace MultiPanel.Api.Http;

/// <summary>What is wrong with the fields of one request, by JSON path; all of it is reported at once.</summary>
public sealed class FieldErrors
{
    private readonly SortedDictionary<string, List<string>> fields = new(StringComparer.Ordinal);

    public bool Any => fields.Count > 0;

    public IReadOnlyDictionary<string, IReadOnlyList<string>> ByField =>
        fields.ToDictionary(entry => entry.Key, IReadOnlyList<string> (entry) => entry.Value);

    public string Summary => fields.Count == 1
        ? $"{fields.First().Key} {fields.First().Value[0]}."
        : $"{fields.Count} fields are wrong: {string.Join(", ", fields.Keys)}.";

    public bool Has(string field) => fields.ContainsKey(field);

    /// <param name="message">Goes on after the field's name: "must be …".</param>
    public void Add(string field, string message)
    {
        if (!fields.TryGetValue(field, out var messages))
        {
            fields[field] = messages = [];
        }

        messages.Add(message);
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
