using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text;

namespace MultiPanel.TestKit.Processes;

/// <summary>One of our hosts as a process of its own, which can be killed.</summary>
public sealed class PanelProcess : IAsyncDisposable
{
    /// <summary>Ends a test that would hang; a process that starts beside two other suites takes its time.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(3);

    /// <summary>Of the shell that runs the tests, which may have its own for a panel by hand.</summary>
    private static readonly string[] Settings =
        ["DATABASE_URL", "REDIS_URL", "RABBITMQ_URL", "JWT_ACCESS_SECRET", "JWT_REFRESH_SECRET", "ENCRYPTION_KEY", "ENCRYPTION_KEYS_OLD", "MULTIPANEL_ADMIN_PASSWORD", "PORT", "BIND", "DATA_DIR", "DEMO",
            "SMTP_HOST", "SMTP_PORT", "SMTP_TLS", "SMTP_FINGERPRINT", "SMTP_USER", "SMTP_PASSWORD", "SMTP_FROM", "PANEL_URL"];

    private readonly Process process;
    private readonly StringBuilder output = new();
    private readonly ConcurrentDictionary<TaskCompletionSource<string>, Func<string, bool>> awaited = new();

    private PanelProcess(Process process) => this.process = process;

    public string Said
    {
        get
        {
            lock (output)
            {
                return output.ToString();
            }
        }
    }

    public bool HasExited => process.HasExited;

    public int ExitCode => process.ExitCode;

    public int Id => process.Id;

    /// <param name="project">The host, for example <c>Api</c>; it runs from its own output folder.</param>
    public static PanelProcess Start(string project, IReadOnlyDictionary<string, string> environment, params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", [Output(project), .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Path.GetTempPath(),
        };
        foreach (var name in Settings)
        {
            start.Environment.Remove(name);
        }

        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        var panel = new PanelProcess(new Process { StartInfo = start });
        panel.process.OutputDataReceived += (_, line) => panel.Take(line.Data);
        panel.process.ErrorDataReceived += (_, line) => panel.Take(line.Data);
        panel.process.Start();
        Reaper.Watch(panel.process);
        panel.process.BeginOutputReadLine();
        panel.process.BeginErrorReadLine();
        return panel;
    }

    /// <summary>Waits for a line of its output that fits, also one of the past.</summary>
    public async Task<string> SaysAsync(Func<string, bool> fits, string what)
    {
        var said = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        awaited[said] = fits;
        foreach (var line in Said.Split('\n').Where(fits).Take(1))
        {
            said.TrySetResult(line);
        }

        var exited = process.WaitForExitAsync();
        var first = await Task.WhenAny(said.Task, exited, Task.Delay(Limit));
        awaited.TryRemove(said, out _);
        return first == said.Task
            ? await said.Task
            : throw new InvalidOperationException($"It never said {what}{(first == exited ? $"; it ended with {process.ExitCode}" : "")}:\n{Said}");
    }

    public async Task<int> ExitsAsync()
    {
        await process.WaitForExitAsync().WaitAsync(Limit);
        return process.ExitCode;
    }

    /// <summary>As <c>kill -9</c>: nothing is tidied up.</summary>
    public async Task KillAsync()
    {
        process.Kill();
        await process.WaitForExitAsync();
    }

    /// <summary>As <c>systemctl stop</c> does.</summary>
    public async Task TerminateAsync()
    {
        using var kill = Process.Start("kill", ["-TERM", $"{process.Id}"]);
        await kill.WaitForExitAsync();
        await ExitsAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited)
        {
            await KillAsync();
        }

        Reaper.Forget(process);
        process.Dispose();
    }

    /// <summary>Beside the tests' own output: <c>tests/X/bin/…</c> and <c>src/Y/bin/…</c>, or one folder of artifacts for all.</summary>
    private static string Output(string project)
    {
        var parts = AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar).Split(Path.DirectorySeparatorChar);
        var place = Array.FindLastIndex(parts, part => part.EndsWith(".Tests", StringComparison.Ordinal));
        parts[place] = project;
        if (parts[place - 1] == "tests")
        {
            parts[place - 1] = "src";
        }

        return Path.Combine([.. parts.Prepend("/"), $"MultiPanel.{project}.dll"]);
    }

    private void Take(string? line)
    {
        if (line is null)
        {
            return;
        }

        lock (output)
        {
            output.AppendLine(line);
        }

        foreach (var (said, fits) in awaited)
        {
            if (fits(line))
            {
                said.TrySetResult(line);
            }
        }
    }
}
