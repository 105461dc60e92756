using System.Diagnostics;
using MultiPanel.TestKit.Processes;

namespace MultiPanel.TestKit.Servers;

/// <summary>A server of one test's own on loopback, which the test may kill and start again. It ends with the test's process at the latest.</summary>
public abstract class PrivateServer : IAsyncDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("multipanel-server-");
    private Process? process;

    public int Port { get; } = FreePort.Next();

    protected abstract IReadOnlyList<string> Command { get; }

    private string Log => File.ReadAllText(Path.Combine(folder.FullName, "log"));

    /// <summary>As <c>kill -9</c>.</summary>
    public Task KillAsync() => SignalAsync("KILL");

    /// <summary>As an administrator stops it.</summary>
    public Task StopAsync() => SignalAsync("TERM");

    /// <summary>It hangs: its connections stay open, and it answers nothing.</summary>
    public Task HangAsync() => SendAsync("STOP");

    /// <summary>Ends <see cref="HangAsync"/>: it answers what came meanwhile.</summary>
    public Task ResumeAsync() => SendAsync("CONT");

    /// <summary>Starts it, for the first time or again, with what it kept; it answers when this returns.</summary>
    public async Task StartAsync()
    {
        var start = new ProcessStartInfo("bash", ["-c", "exec setsid \"$@\" </dev/null >>log 2>&1", "server", .. Command]) { WorkingDirectory = folder.FullName };
        // Debian keeps daemons in sbin, which is not in an ordinary user's PATH.
        start.Environment["PATH"] = $"{Environment.GetEnvironmentVariable("PATH")}:/usr/local/sbin:/usr/sbin:/sbin";
        process = Process.Start(start)!;
        Reaper.Watch(process);
        await Eventually.IsAsync(
            async () => process.HasExited
                ? throw new InvalidOperationException($"{GetType().Name} ended at its start with {process.ExitCode}:\n{Log}")
                : await AnswersAsync(),
            $"{GetType().Name} answers", Limit, () => Log);
    }

    public virtual async ValueTask DisposeAsync()
    {
        await KillAsync();
        folder.Delete(recursive: true);
        GC.SuppressFinalize(this);
    }

    protected abstract Task<bool> AnswersAsync();

    private async Task SendAsync(string signal)
    {
        // A session of its own, which the signal reaches whole: some servers run below a script.
        using var kill = Process.Start("kill", [$"-{signal}", "--", $"-{process!.Id}"]);
        await kill.WaitForExitAsync();
    }

    private async Task SignalAsync(string signal)
    {
        if (process is null)
        {
            return;
        }

        if (!process.HasExited)
        {
            await SendAsync(signal);
        }

        await process.WaitForExitAsync().WaitAsync(Limit);
        Reaper.Forget(process);
        process.Dispose();
        process = null;
    }
}
