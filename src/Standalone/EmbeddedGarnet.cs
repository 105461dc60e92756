using System.Net;
using System.Net.Sockets;
using Garnet;
using StackExchange.Redis;

namespace MultiPanel.Standalone;

/// <summary>Redis's protocol in this process, so that the standalone runs the same code as production.</summary>
public sealed class EmbeddedGarnet : IDisposable
{
    private readonly GarnetServer server;

    private EmbeddedGarnet(GarnetServer server, int port)
    {
        this.server = server;
        Connection = new ConfigurationOptions { EndPoints = { { "127.0.0.1", port } }, AbortOnConnectFail = false, ClientName = "multipanel" };
    }

    public ConfigurationOptions Connection { get; }

    /// <param name="folder">Keeps its append-only file. What a torn file loses, the database brings back.</param>
    public static EmbeddedGarnet Start(string folder)
    {
        try
        {
            return Open(folder);
        }
        catch (Exception damaged) when (Directory.Exists(folder))
        {
            Console.Error.WriteLine($"Live progress in {folder} cannot be read ({damaged.Message}); it starts empty. Jobs are in the database and go on.");
            Directory.Delete(folder, recursive: true);
            return Open(folder);
        }
    }

    public void Dispose() => server.Dispose();

    private static EmbeddedGarnet Open(string folder)
    {
        var port = FreePort();
        var server = new GarnetServer(
        [
            "--bind", "127.0.0.1", "--port", $"{port}",
            // The native device wants a newer glibc than Debian 12's.
            "--device-type", "RandomAccess",
            "--checkpointdir", folder, "-q",
            "--aof", "--recover", "--aof-size-limit", "64m",
            // Our scripts change several keys at once; only in this mode does Garnet lock them all.
            "--lua", "--lua-transaction-mode",
            "--memory", "256m", "--index", "16m",
        ]);
        server.Start();
        return new EmbeddedGarnet(server, port);
    }

    private static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }
}
