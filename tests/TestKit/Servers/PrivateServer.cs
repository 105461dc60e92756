using System.Diagnostics;
using System.Globalization;

namespace MultiPanel.TestKit.Servers;

/// <summary>
/// A server of one test's own on loopback, which the test may kill and start again. It ends with the test's process, even
/// where that is killed: a shell beside it waits for the end of a pipe.
/// </summary>
public abstract class PrivateServer : IAsyncDisposable
{
    private const string Wrapper = """
        exec 3<&0
        "$@" </dev/null >>log 2>&1 3<&- & server=$!
        { read -r _; kill -KILL $server; } <&3 2>/dev/null & watch=$!
        exec 3<&-
        echo $server
        wait $server
        kill $watch
        """;

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("multipanel-server-");
    private Process? shell;
    private int server;

    protected int Port { get; } = FreePort.Next();

    protected abstract IReadOnlyList<string> Command { get; }

    /// <summary>As <c>kill -9</c>.</summary>
    public Task KillAsync() => SignalAsync("KILL");

    /// <summary>As an administrator stops it.</summary>
    public Task StopAsync() => SignalAsync("TERM");

    /// <summary>Starts it, for the first time or again, with what it kept; it answers when this returns.</summary>
    public async Task StartAsync()
    {
        var start = new ProcessStartInfo("bash", ["-c", Wrapper, "server", .. Command])
        {
            WorkingDirectory = folder.FullName,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        // Debian keeps daemons in sbin, which is not in an ordinary user's PATH.
        start.Environment["PATH"] = $"{Environment.GetEnvironmentVariable("PATH")}:/usr/local/sbin:/usr/sbin:/sbin";
        shell = Process.Start(start)!;
        server = int.Parse((await shell.StandardOutput.ReadLineAsync())!, CultureInfo.InvariantCulture);
        await Eventually.IsAsync(
            async () => shell.HasExited
                ? throw new InvalidOperationException($"{GetType().Name} ended at its start:\n{Log}")
                : await AnswersAsync(),
            $"{GetType().Name} answers", Limit, () => Log);
    }

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        folder.Delete(recursive: true);
        GC.SuppressFinalize(this);
    }

    protected abstract Task<bool> AnswersAsync();

    private string Log => File.ReadAllText(Path.Combine(folder.FullName, "log"));

    private async Task SignalAsync(string signal)
    {
        if (shell is null)
        {
            return;
        }

        using (var kill = Process.Start("kill", [$"-{signal}", $"{server}"]))
        {
            await kill.WaitForExitAsync();
        }

        await shell.WaitForExitAsync().WaitAsync(Limit);
        shell.Dispose();
        shell = null;
    }
}
