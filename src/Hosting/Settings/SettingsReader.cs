using Microsoft.Extensions.Configuration;

namespace MultiPanel.Hosting.Settings;

/// <summary>Reads settings by their environment names and collects every problem, so that they are reported all at once.</summary>
public sealed class SettingsReader(IConfiguration configuration)
{
    private readonly List<string> problems = [];

    public delegate bool Parser<T>(string text, out T? value, out string? problem);

    public IReadOnlyList<string> Problems => problems;

    public string? Optional(string name) => configuration[name] is { Length: > 0 } text ? text : null;

    public string Required(string name, string meaning)
    {
        if (Optional(name) is { } text)
        {
            return text;
        }

        problems.Add($"{name} is not set: {meaning}");
        return "";
    }

    public T? Required<T>(string name, string meaning, Parser<T> parse) where T : class
    {
        var text = Required(name, meaning);
        if (text.Length == 0 || parse(text, out var value, out var problem))
        {
            return text.Length == 0 ? null : parse(text, out value, out _) ? value : null;
        }

        problems.Add($"{name} {problem}");
        return null;
    }

    public int Number(string name, int otherwise, int from, int to)
    {
        if (Optional(name) is not { } text)
        {
            return otherwise;
        }

        if (int.TryParse(text, out var number) && number >= from && number <= to)
        {
            return number;
        }

        problems.Add($"{name} is '{text}': it must be a whole number from {from} to {to}");
        return otherwise;
    }

    public void Reject(string name, string problem) => problems.Add($"{name} {problem}");

    /// <exception cref="SettingsException">Something is missing or wrong.</exception>
    public void ThrowIfWrong()
    {
        if (problems.Count > 0)
        {
            throw new SettingsException(problems);
        }
    }
}
