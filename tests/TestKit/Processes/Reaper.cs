using System.Diagnostics;

namespace MultiPanel.TestKit.Processes;

/// <summary>
/// Ends the processes that tests started when the tests' own process is gone, even where that was killed: a shell that
/// waits for the end of a pipe, and knows their ids.
/// </summary>
internal static class Reaper
{
    private const string Script = """
        trap '' INT TERM
        declare -A alive
        while read -r change pid; do
          if [[ $change == + ]]; then alive[$pid]=1; else unset "alive[$pid]"; fi
        done
        for pid in "${!alive[@]}"; do
          kill -KILL -- "-$pid" 2>/dev/null || kill -KILL "$pid" # with its session, where it leads one
        done
        """;

    private static readonly Lock Gate = new();

    private static readonly Lazy<Process> Shell = new(() => Process.Start(new ProcessStartInfo("bash", ["-c", Script]) { RedirectStandardInput = true })!);

    public static void Watch(Process process) => Write($"+ {process.Id}");

    /// <summary>It has ended; another process may get its id.</summary>
    public static void Forget(Process process) => Write($"- {process.Id}");

    private static void Write(string line)
    {
        lock (Gate)
        {
            Shell.Value.StandardInput.WriteLine(line);
            Shell.Value.StandardInput.Flush();
        }
    }
}
