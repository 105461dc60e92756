using System.Collections;
using System.Globalization;

namespace MultiPanel.Proxmox.Http;

/// <summary>Parameters of a call; what is null is not sent.</summary>
internal sealed class PveForm : IEnumerable<KeyValuePair<string, string>>
{
    private readonly List<KeyValuePair<string, string>> fields = [];

    public void Add(string name, string? value)
    {
        if (value is not null)
        {
            fields.Add(new(name, value));
        }
    }

    public void Add(string name, long? value) => Add(name, value?.ToString(CultureInfo.InvariantCulture));

    public void Add(string name, bool? value) => Add(name, value is null ? null : value.Value ? "1" : "0");

    public void Add(string name, TimeSpan? value) => Add(name, (long?)value?.TotalSeconds);

    public IEnumerator<KeyValuePair<string, string>> GetEnumerator() => fields.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
