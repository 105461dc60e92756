namespace MultiPanel.Gateway.Settings;

/// <summary>The gateway cannot start with these settings; the message lists all that is wrong with them.</summary>
internal sealed class SettingsException(IReadOnlyList<string> problems)
    : Exception($"The settings are not complete:{string.Concat(problems.Select(problem => $"{Environment.NewLine}  - {problem}"))}")
{
    public IReadOnlyList<string> Problems { get; } = problems;
}
