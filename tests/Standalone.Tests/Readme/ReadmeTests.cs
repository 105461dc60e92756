using System.Diagnostics;
using System.Text.RegularExpressions;
using MultiPanel.TestKit.Processes;

namespace MultiPanel.Standalone.Tests.Readme;

/// <summary>
/// Every shell block of the README, in order and as it stands, pasted into shells in a clean clone of the last commit. As root it has a
/// network of its own, in which the README's ports are free.
/// </summary>
[NonParallelizable]
public sealed partial class ReadmeTests
{
    /// <summary>What the shells have of ours: what finds the SDK and keeps the build quick. No setting of the panel is among them.</summary>
    private static readonly string[] Kept = ["PATH", "HOME", "LANG", "TMPDIR", "SSL_CERT_FILE", "SSL_CERT_DIR"];

    private static readonly string[] KeptPrefixes = ["DOTNET_", "NUGET_", "http_", "https_", "HTTP", "no_proxy", "NO_PROXY"];

    private DirectoryInfo folder = null!;
    private Process? network;

    private string Clone => Path.Combine(folder.FullName, "multipanel");

    [SetUp]
    public async Task CloneAsync()
    {
        folder = Directory.CreateTempSubdirectory("multipanel-readme-");
        await RunAsync("git", "clone", "--quiet", "--no-hardlinks", Root(), Clone);
        // Before its network is closed: afterwards the blocks find everything restored.
        foreach (var host in new[] { "Standalone", "Gateway" })
        {
            await RunAsync("dotnet", "restore", Path.Combine(Clone, "src", host), "--verbosity", "quiet");
        }

        network = await NetworkAsync();
    }

    [TearDown]
    public async Task RemoveAsync()
    {
        if (File.Exists(Path.Combine(Clone, ".run", "servers", "env")))
        {
            await RunAsync(Path.Combine(Clone, "ops", "servers"), "stop");
        }

        network?.Kill();
        network?.Dispose();
        folder.Delete(recursive: true);
    }

    [Test]
    public async Task Every_shell_block_does_what_it_says()
    {
        var blocks = ReadmeBlock.Of(await File.ReadAllTextAsync(Path.Combine(Clone, "README.md")));

        Assert.That(blocks, Has.Count.GreaterThan(8));
        foreach (var block in blocks)
        {
            await RunAsync("bash", "-n", "-c", block.Text);
        }

        foreach (var section in blocks.GroupBy(block => block.Section))
        {
            var said = await RunSectionAsync([.. section.Where(block => block.Terminal is not null)]);
            if (section.Key is "Start it" or "The VDI gateway")
            {
                Assert.That(said, Does.Contain("\"status\":\"succeeded\""), "the job that it follows");
            }
        }
    }

    private async Task<string> RunSectionAsync(IReadOnlyList<ReadmeBlock> blocks)
    {
        var terminals = new Dictionary<string, Terminal>();
        var all = "";
        try
        {
            foreach (var block in blocks)
            {
                if (!terminals.TryGetValue(block.Terminal!, out var terminal))
                {
                    terminals[block.Terminal!] = terminal = Terminal.Open(Clone, network?.Id, Variables());
                }

                if (block.Shared is var (variable, other))
                {
                    await terminal.RunAsync($"export {variable}='{await terminals[other].VariableAsync(variable)}'");
                }

                var watch = Stopwatch.StartNew();
                var said = await terminal.RunAsync(block.Text, block.Until);
                await TestContext.Out.WriteLineAsync($"{watch.Elapsed.TotalSeconds:0} s: {block.Text.Split('\n')[0]}");
                Check(block, said);
                all += said;
            }
        }
        finally
        {
            foreach (var terminal in terminals.Values)
            {
                await terminal.DisposeAsync();
            }
        }

        return all;
    }

    /// <summary>Where the text has an ellipsis for what only the reader knows, the panel may refuse that; it knows every name and path all the same.</summary>
    private static void Check(ReadmeBlock block, string said)
    {
        Assert.That(said, Does.Not.Match("(?m)^failed: "), block.Text);
        Assert.That(said, Does.Not.Contain("Unhandled exception").And.Not.Contain("is not known here"), block.Text);
        var codes = Codes().Matches(said).Select(match => match.Groups[1].Value).Distinct().ToList();
        string[] allowed = block.Text.Contains('…', StringComparison.Ordinal) ? ["validation_failed", "cluster_not_found"] : [];
        Assert.That(codes, Is.SubsetOf(allowed), $"{block.Text}\n{said}");
    }

    private static Dictionary<string, string> Variables()
    {
        var ours = Environment.GetEnvironmentVariables();
        var kept = ours.Keys.Cast<string>().Where(name => Kept.Contains(name) || KeptPrefixes.Any(prefix => name.StartsWith(prefix, StringComparison.Ordinal)))
            .ToDictionary(name => name, name => (string)ours[name]!);
        // Warnings are the build's own business; and no build process may outlive its shell.
        return new Dictionary<string, string>(kept) { ["RunAnalyzers"] = "false", ["MSBUILDDISABLENODEREUSE"] = "1", ["DOTNET_CLI_USE_MSBUILD_SERVER"] = "0" };
    }

    /// <returns>A process in a network namespace that has loopback alone; null: this machine gives none.</returns>
    private static async Task<Process?> NetworkAsync()
    {
        var process = Process.Start(new ProcessStartInfo("unshare", ["--net", "sh", "-c", "ip link set lo up && echo up && exec cat"])
        {
            RedirectStandardInput = true, // it ends with this process, whose end of the pipe is closed then
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        if (await process.StandardOutput.ReadLineAsync() == "up")
        {
            return process;
        }

        process.Dispose();
        return null;
    }

    private static async Task RunAsync(string command, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(command, arguments) { RedirectStandardError = true, RedirectStandardOutput = true })!;
        var said = await Task.WhenAll(process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        Assert.That(process.ExitCode, Is.Zero, $"{command} {string.Join(' ', arguments)}\n{string.Concat(said)}");
    }

    private static string Root()
    {
        var folder = new DirectoryInfo(TestContext.CurrentContext.TestDirectory);
        while (!File.Exists(Path.Combine(folder!.FullName, "MultiPanel.sln")))
        {
            folder = folder.Parent;
        }

        return folder.FullName;
    }

    [GeneratedRegex("\"code\":\"([a-z_0-9]+)\"")]
    private static partial Regex Codes();
}
