using MultiPanel.TestKit.Processes;

namespace MultiPanel.Standalone.Tests;

/// <summary>Other accounts of the machine learn nothing: not from the files, not from the embedded Redis.</summary>
[System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
public sealed class DataFolderTests
{
    private const UnixFileMode Everyone =
        UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;

    private DirectoryInfo parent = null!;

    private string Data => Path.Combine(parent.FullName, "data");

    [SetUp]
    public void MakeFolder() => parent = Directory.CreateTempSubdirectory("multipanel-data-");

    [TearDown]
    public void RemoveFolder() => parent.Delete(recursive: true);

    [Test]
    public async Task What_it_keeps_is_its_own_accounts_alone_and_its_redis_wants_a_password()
    {
        await using var panel = Start();
        using var client = await panel.SignInAsync();

        Assert.That(Modes(), Is.All.Matches<(string, UnixFileMode Mode)>(entry => (entry.Mode & Everyone) == 0));
        Assert.That(Modes().Select(entry => entry.Path), Has.Some.EndsWith("panel.db").And.Some.Contains("garnet"));
        var answers = await Task.WhenAll(Listening(panel.Id).Select(PingAsync));
        Assert.That(answers, Has.Some.Contains("NOAUTH"), "the embedded Redis is among the ports and refuses");
        Assert.That(answers, Has.None.StartsWith("+"));
        await panel.TerminateAsync();
    }

    [Test]
    public async Task An_older_folder_is_closed_and_the_log_says_so()
    {
        Directory.CreateDirectory(Data);
        File.WriteAllText(Path.Combine(Data, "secrets.json"), "{}");
        File.WriteAllText(Path.Combine(Data, "old"), "");
        File.SetUnixFileMode(Data, (UnixFileMode)0b111_101_101);
        File.SetUnixFileMode(Path.Combine(Data, "old"), (UnixFileMode)0b110_100_100);

        await using var panel = Start();
        await panel.SaysAsync(line => line.Contains("to other accounts: its mode was 0755 and is 0700 now", StringComparison.Ordinal), "that it closed the folder");

        Assert.That(Modes(), Is.All.Matches<(string, UnixFileMode Mode)>(entry => (entry.Mode & Everyone) == 0));
    }

    [Test]
    public async Task A_folder_with_files_of_others_keeps_its_mode_and_the_log_says_so()
    {
        Directory.CreateDirectory(Data);
        File.WriteAllText(Path.Combine(Data, "theirs"), "");
        File.SetUnixFileMode(Data, (UnixFileMode)0b111_101_101);

        await using var panel = Start();
        await panel.SaysAsync(line => line.StartsWith("Warning: other accounts can open DATA_DIR", StringComparison.Ordinal), "that others can open it");

        Assert.That(File.GetUnixFileMode(Data), Is.EqualTo((UnixFileMode)0b111_101_101));
    }

    private List<(string Path, UnixFileMode Mode)> Modes() =>
        [.. Directory.EnumerateFileSystemEntries(Data, "*", SearchOption.AllDirectories).Append(Data).Select(path => (path, File.GetUnixFileMode(path)))];

    /// <summary>The TCP ports on which the process listens, by the sockets among its open files.</summary>
    private static List<int> Listening(int process)
    {
        var sockets = Directory.EnumerateFileSystemEntries($"/proc/{process}/fd").Select(file => File.ResolveLinkTarget(file, false)?.Name)
            .OfType<string>().Where(name => name.StartsWith("socket:[", StringComparison.Ordinal)).Select(name => name[8..^1]).ToHashSet();
        return [.. new[] { "tcp", "tcp6" }.SelectMany(table => File.ReadLines($"/proc/net/{table}").Skip(1))
            .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Where(columns => columns[3] == "0A" && sockets.Contains(columns[9]))
            .Select(columns => Convert.ToInt32(columns[1].Split(':')[1], 16))];
    }

    private static async Task<string> PingAsync(int port)
    {
        using var client = new System.Net.Sockets.TcpClient();
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        await client.ConnectAsync("127.0.0.1", port, limit.Token);
        await using var stream = client.GetStream();
        await stream.WriteAsync("PING\r\n"u8.ToArray(), limit.Token);
        var buffer = new byte[512];
        try
        {
            return System.Text.Encoding.ASCII.GetString(buffer, 0, await stream.ReadAsync(buffer, limit.Token));
        }
        catch (IOException)
        {
            // A TLS port that has no use for it.
            return "";
        }
    }

    private PanelProcess Start() => PanelProcess.Start("Standalone", new Dictionary<string, string> { ["DATA_DIR"] = Data, ["PORT"] = "0" });
}
