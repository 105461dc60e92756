using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using Garnet;
using MultiPanel.Hosting.Settings;
using StackExchange.Redis;

namespace MultiPanel.Standalone;

/// <summary>
/// A server with Redis's protocol in this process, so that the standalone runs the same code as production. Its password is
/// random and in memory alone: other accounts of the machine reach the port, and all tenants' jobs are behind it.
/// </summary>
public sealed class EmbeddedGarnet : IEmbeddedRedis, IDisposable
{
    /// <summary>More than Garnet writes at a start; with less, it would fail again in the same minute.</summary>
    private const int RoomBytes = 16 * 1024 * 1024;

    private static readonly TimeSpan CloseLimit = TimeSpan.FromSeconds(15);

    private static readonly RedisKey WrittenKey = "mp:guard:written";

    private readonly string folder;
    private readonly int port = FreePort();
    private readonly string password = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32));
    private readonly Lazy<Task<ConnectionMultiplexer>> probe;
    private GarnetServer? server;

    private EmbeddedGarnet(string folder)
    {
        this.folder = folder;
        Connection = new ConfigurationOptions { EndPoints = { { "127.0.0.1", port } }, Password = password, AbortOnConnectFail = false, ClientName = "multipanel" };
        probe = new(() => ConnectionMultiplexer.ConnectAsync(Connection));
    }

    /// <summary>How this process reaches it; it stays the same when the server is reopened.</summary>
    public ConfigurationOptions Connection { get; }

    /// <param name="folder">Keeps its append-only file. What a torn file loses, the database brings back.</param>
    /// <exception cref="HostFailedException">It does not start, not even empty.</exception>
    public static EmbeddedGarnet Start(string folder)
    {
        var garnet = new EmbeddedGarnet(folder);
        try
        {
            garnet.Open();
        }
        catch (Exception damaged) when (Directory.Exists(folder))
        {
            Console.Error.WriteLine($"Could not read the live progress in {folder} ({damaged.Message}); it starts empty. Jobs are in the database and go on.");
            garnet.OpenEmpty();
        }

        return garnet;
    }

    public async Task WriteAsync(CancellationToken cancellation)
    {
        var connection = await probe.Value.WaitAsync(cancellation);
        await connection.GetDatabase().StringSetAsync(WrittenKey, Environment.TickCount64, TimeSpan.FromMinutes(1)).WaitAsync(cancellation);
    }

    public bool HasRoom()
    {
        var file = Path.Combine(Path.GetDirectoryName(folder)!, "room.probe");
        try
        {
            using var stream = new FileStream(file, new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write, Options = FileOptions.DeleteOnClose });
            // Really written: a file system may promise bytes that it does not have.
            stream.Write(new byte[RoomBytes]);
            stream.Flush(flushToDisk: true);
            return true;
        }
        catch (IOException)
        {
            return false;
        }
    }

    public async Task ReopenAsync(CancellationToken cancellation)
    {
        if (Interlocked.Exchange(ref server, null) is { } broken)
        {
            // One that cannot commit may wait for ever for its last commit.
            await Task.Run(broken.Dispose, CancellationToken.None).WaitAsync(CloseLimit, cancellation);
        }

        await Task.Run(OpenEmpty, CancellationToken.None).WaitAsync(CloseLimit, cancellation);
    }

    public void Dispose()
    {
        if (probe.IsValueCreated && probe.Value.IsCompletedSuccessfully)
        {
            probe.Value.Result.Dispose();
        }

        server?.Dispose();
    }

    private void OpenEmpty()
    {
        try
        {
            if (Directory.Exists(folder))
            {
                Directory.Delete(folder, recursive: true);
            }

            Open();
        }
        catch (Exception failure)
        {
            throw new HostFailedException($"The embedded Redis does not start in {folder}: {failure.Message} Check the disk and who may write there.", failure);
        }
    }

    private void Open()
    {
        var opened = new GarnetServer(
        [
            "--bind", "127.0.0.1", "--port", $"{port}", "--auth", "Password", "--password", password,
            // The native device wants a newer glibc than Debian 12's.
            "--device-type", "RandomAccess",
            "--checkpointdir", folder, "-q",
            "--aof", "--recover", "--aof-size-limit", "64m",
            // Our scripts change several keys at once; only in this mode does Garnet lock them all.
            "--lua", "--lua-transaction-mode",
            "--memory", "256m", "--index", "16m",
        ]);
        try
        {
            opened.Start();
        }
        catch
        {
            // It would keep the port from the next one.
            opened.Dispose();
            throw;
        }

        server = opened;
    }

    private static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }
}
