using System.Text;

namespace MultiPanel.TestKit.Processes;

/// <summary>A host's place in an installation: the process that runs there now, and what those before it said.</summary>
public sealed class PanelHost(string project, string name, IReadOnlyDictionary<string, string> environment) : IAsyncDisposable
{
    private readonly StringBuilder before = new();

    public string Name => name;

    public PanelProcess Process { get; private set; } = null!;

    public string Said => $"{before}{Process.Said}";

    public async Task StartAsync()
    {
        if (Process is not null)
        {
            before.AppendLine(Process.Said).AppendLine($"---- {name} ended with {Process.ExitCode}; started again ----");
            await Process.DisposeAsync();
        }

        Process = PanelProcess.Start(project, environment);
    }

    /// <summary>Until it does its work.</summary>
    public Task StartedAsync() => Process.SaysAsync(line => line.Contains("Application started", StringComparison.Ordinal), "that it started");

    public ValueTask DisposeAsync() => Process?.DisposeAsync() ?? ValueTask.CompletedTask;
}
