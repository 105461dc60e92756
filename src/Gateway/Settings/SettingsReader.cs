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

    /// <summary>
    /// Reports the certificate files that Kestrel's own settings name and that cannot be read; Kestrel itself would end with a stack trace.
    /// A relative path means the folder that the host was started in.
    /// </summary>
    public void CheckCertificateFiles()
    {
        foreach (var setting in configuration.GetSection("Kestrel").AsEnumerable().Where(IsCertificateFile))
        {
            try
            {
                using var file = File.OpenRead(setting.Value!);
            }
            catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
            {
                Reject(setting.Key, $"is '{setting.Value}', which cannot be read: {unreadable.Message}");
            }
        }
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

    private static bool IsCertificateFile(KeyValuePair<string, string?> setting) =>
        setting.Value is { Length: > 0 }
        && (setting.Key.EndsWith(":Certificate:Path", StringComparison.OrdinalIgnoreCase)
            || setting.Key.EndsWith(":Certificate:KeyPath", StringComparison.OrdinalIgnoreCase)
            || (setting.Key.StartsWith("Kestrel:Certificates:", StringComparison.OrdinalIgnoreCase) && setting.Key.EndsWith("Path", StringComparison.OrdinalIgnoreCase)));
}
