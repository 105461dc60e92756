namespace MultiPanel.Gateway.Settings;

/// <summary>
/// Reads settings by their environment names and collects every problem. The other hosts' reader is in Hosting, which
/// brings the database along; these few lines are the price of not knowing it.
/// </summary>
internal sealed class SettingsReader(IConfiguration configuration)
{
    private readonly List<string> problems = [];

    public string? Optional(string name) => configuration[name]?.Trim() is { Length: > 0 } text ? text : null;

    public string? Required(string name, string meaning)
    {
        var text = Optional(name);
        if (text is null)
        {
            problems.Add($"{name} is not set: {meaning}");
        }

        return text;
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

        Reject(name, $"is '{text}': it must be a whole number from {from} to {to}");
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
