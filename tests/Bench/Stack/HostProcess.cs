using System.Diagnostics;

namespace MultiPanel.Bench.Stack;

/// <summary>
/// A program as a process of its own, its output in a file, so that reading it costs no process any time. It works in a folder
/// with its process id in it and leads a session of its own: what <c>ops/lib/servers.sh</c> wants in order to end it.
/// </summary>
internal sealed class HostProcess : IAsyncDisposable
{
    private static int count;
    private readonly Process process;
    private readonly string folder;
    private bool ended;

    private HostProcess(Process process, string folder)
    {
        this.process = process;
        this.folder = folder;
    }

    public int Id => process.Id;

    /// <summary>To a program that was started to be talked to.</summary>
    public StreamWriter Input => process.StandardInput;

    /// <inheritdoc cref="Input"/>
    public StreamReader Output => process.StandardOutput;

    public string LogFile => Path.Combine(folder, "log");

    /// <param name="name">What its folder is called; a number is added.</param>
    /// <param name="environment">Beside ours.</param>
    /// <param name="talks">Its input and output are ours; only its errors go to the log.</param>
    public static HostProcess Start(
        Surroundings surroundings, string name, IReadOnlyList<string> command, IReadOnlyDictionary<string, string>? environment = null, bool talks = false)
    {
        var folder = Directory.CreateDirectory(Path.Combine(surroundings.Folder, $"{name}-{Interlocked.Increment(ref count)}")).FullName;
        var shell = talks ? "exec \"$@\" 2>log" : "exec \"$@\" >log 2>&1 </dev/null";
        var start = new ProcessStartInfo("setsid", ["sh", "-c", shell, "sh", .. command])
        {
            WorkingDirectory = folder,
            RedirectStandardInput = talks,
            RedirectStandardOutput = talks,
        };
        foreach (var (variable, value) in environment ?? new Dictionary<string, string>())
        {
            start.Environment[variable] = value;
        }

        var process = Process.Start(start)!;
        File.WriteAllText(Path.Combine(folder, "pid"), $"{process.Id}\n");
        return new HostProcess(process, folder);
    }

    /// <summary>Runs a program to its end.</summary>
    public static async Task RunAsync(
        Surroundings surroundings, string name, IReadOnlyList<string> command, IReadOnlyDictionary<string, string> environment, CancellationToken stopping)
    {
        await using var run = Start(surroundings, name, command, environment);
        await run.process.WaitForExitAsync(stopping);
        if (run.process.ExitCode != 0)
        {
            throw new InvalidOperationException($"{name} ended with {run.process.ExitCode}:\n{run.LogEnd()}");
        }
    }

    /// <exception cref="InvalidOperationException">It has ended.</exception>
    public void MustRun()
    {
        if (process.HasExited)
        {
            throw new InvalidOperationException($"{Path.GetFileName(folder)} ended with {process.ExitCode}:\n{LogEnd()}");
        }
    }

    /// <summary>As <c>kill -9</c>.</summary>
    public async Task KillAsync()
    {
        if (!process.HasExited)
        {
            process.Kill();
        }

        await process.WaitForExitAsync();
        File.Delete(Path.Combine(folder, "pid"));
    }

    public async ValueTask DisposeAsync()
    {
        if (!ended)
        {
            ended = true;
            await KillAsync();
            process.Dispose();
        }
    }

    private string LogEnd() => File.Exists(LogFile) ? string.Join('\n', File.ReadLines(LogFile).TakeLast(20)) : "";
}
