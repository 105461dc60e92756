using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Threading.Channels;

namespace MultiPanel.TestKit.Processes;

/// <summary>A shell in which text is run as if it were pasted: what it sets stays, what it starts in the background goes on.</summary>
public sealed class Terminal : IAsyncDisposable
{
    private const string Ended = "terminal-block-ended";

    /// <summary>Ends a test that would hang.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(4);

    private readonly Process shell;
    private readonly StringBuilder output = new();
    private readonly Channel<string> lines = Channel.CreateUnbounded<string>();

    private Terminal(Process shell) => this.shell = shell;

    /// <param name="folder">Where it begins.</param>
    /// <param name="network">A process in whose network namespace it runs; null: this one's.</param>
    /// <param name="environment">All of it.</param>
    public static Terminal Open(string folder, int? network, IReadOnlyDictionary<string, string> environment)
    {
        string[] command = ["bash", "--noprofile", "--norc"];
        string[] entered = network is { } process ? ["nsenter", "--target", $"{process}", "--net", .. command] : command;
        // A session of its own, so that all that it starts can be ended with it.
        var start = new ProcessStartInfo("setsid", entered) { WorkingDirectory = folder, RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment.Clear();
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        var terminal = new Terminal(new Process { StartInfo = start });
        terminal.shell.OutputDataReceived += (_, line) => terminal.Take(line.Data);
        terminal.shell.ErrorDataReceived += (_, line) => terminal.Take(line.Data);
        terminal.shell.Start();
        Reaper.Watch(terminal.shell);
        terminal.shell.BeginOutputReadLine();
        terminal.shell.BeginErrorReadLine();
        return terminal;
    }

    /// <summary>Runs text as it stands.</summary>
    /// <param name="text">Any number of commands; one that fails writes a line that begins with <c>failed:</c>.</param>
    /// <param name="until">What it says when it may be left running; null: it comes to its end.</param>
    /// <returns>What it said.</returns>
    public async Task<string> RunAsync(string text, string? until = null)
    {
        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, text);
        int from;
        lock (output)
        {
            from = output.Length;
        }

        // What reads its input must not take the lines behind it.
        await shell.StandardInput.WriteLineAsync($"set -E; trap 'echo \"failed: $BASH_COMMAND\"' ERR; . '{file}' </dev/null; trap - ERR; echo; echo {Ended}");
        await shell.StandardInput.FlushAsync();
        using var limit = new CancellationTokenSource(Limit);
        try
        {
            while (await lines.Reader.ReadAsync(limit.Token) is { } line && !(until is null ? line == Ended : line.Contains(until, StringComparison.Ordinal)))
            {
                if (line == Ended)
                {
                    throw new InvalidOperationException($"It ended before it said '{until}':\n{Said(from)}");
                }
            }
        }
        catch (Exception silent) when (silent is OperationCanceledException or ChannelClosedException)
        {
            throw new InvalidOperationException($"It never {(until is null ? "ended" : $"said '{until}'")}:\n{Said(from)}", silent);
        }
        finally
        {
            File.Delete(file);
        }

        return Said(from);
    }

    /// <summary>A variable that what runs in it was given.</summary>
    public async Task<string> VariableAsync(string name)
    {
        var child = (await File.ReadAllTextAsync($"/proc/{shell.Id}/task/{shell.Id}/children")).Split(' ', StringSplitOptions.RemoveEmptyEntries)[0];
        var variables = (await File.ReadAllTextAsync($"/proc/{int.Parse(child, CultureInfo.InvariantCulture)}/environ")).Split('\0');
        return variables.Single(variable => variable.StartsWith($"{name}=", StringComparison.Ordinal))[(name.Length + 1)..];
    }

    public async ValueTask DisposeAsync()
    {
        using (var kill = Process.Start("kill", ["-KILL", "--", $"-{shell.Id}"]))
        {
            await kill.WaitForExitAsync();
        }

        await shell.WaitForExitAsync(); // and until all that it started has closed its output
        Reaper.Forget(shell);
        shell.Dispose();
    }

    private string Said(int from)
    {
        lock (output)
        {
            return output.ToString(from, output.Length - from);
        }
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

        lines.Writer.TryWrite(line);
    }
}
