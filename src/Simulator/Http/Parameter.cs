using System.Globalization;

namespace MultiPanel.Simulator.Http;

/// <summary>
/// A parameter of an API method, declared as <c>name[:type][,min=n][,max=n][,least=n][,len=n][!]</c>; <c>!</c> makes it required,
/// <c>a|b</c> lists its values, <c>net[32]</c> stands for net0 to net31.
/// </summary>
internal sealed record Parameter(string Name, string Type, bool Required, double? Minimum, double? Maximum, int? MaxLength)
{
    public int? MinLength { get; init; }

    public string[]? Values => Type.Contains('|', StringComparison.Ordinal) ? Type.Split('|') : null;

    public bool IsList => Type.EndsWith("-list", StringComparison.Ordinal);

    public static IEnumerable<Parameter> ParseAll(string declaration) =>
        declaration.Split(' ', StringSplitOptions.RemoveEmptyEntries).SelectMany(Parse);

    /// <summary>The value as JSON shows it: a number for integers, numbers and booleans.</summary>
    public object ToJson(string value) => Type switch
    {
        "bool" => value is "1" or "on" or "yes" or "true" ? 1 : 0,
        "int" or "vmid" => long.Parse(value, CultureInfo.InvariantCulture),
        "num" => double.Parse(value, CultureInfo.InvariantCulture),
        _ => value,
    };

    private static IEnumerable<Parameter> Parse(string text)
    {
        var required = text.EndsWith('!');
        var parts = text.TrimEnd('!').Split(',');
        var name = parts[0].Split(':', 2);
        var options = parts.Skip(1).Select(part => part.Split('=')).ToDictionary(pair => pair[0], pair => double.Parse(pair[1], CultureInfo.InvariantCulture));
        var parameter = new Parameter(
            name[0],
            name.Length == 2 ? name[1] : "str",
            required,
            options.TryGetValue("min", out var min) ? min : null,
            options.TryGetValue("max", out var max) ? max : null,
            options.TryGetValue("len", out var length) ? (int)length : null)
        {
            MinLength = options.TryGetValue("least", out var least) ? (int)least : null,
        };
        if (parameter.Name.Split('[') is not [var family, var count])
        {
            return [parameter];
        }

        return Enumerable.Range(0, int.Parse(count.TrimEnd(']'), CultureInfo.InvariantCulture)).Select(n => parameter with { Name = $"{family}{n}" });
    }
}
