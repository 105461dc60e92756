namespace MultiPanel.Hosting.Settings;

/// <summary>The host cannot start with these settings; the message lists all that is wrong with them.</summary>
public sealed class SettingsException(IReadOnlyList<string> problems)
    : Exception($"The settings are not complete:{string.Concat(problems.Select(problem => $"{Environment.NewLine}  - {problem}"))}")
{
    public IReadOnlyList<string> Problems { get; } = problems;
}

/// <summary>The host cannot go on by itself; the message says why, and what to do before it is started again.</summary>
public sealed class HostFailedException(string message, Exception? inner = null) : Exception(message, inner);
