using System.Net;
using System.Net.Sockets;
using Garnet;

namespace MultiPanel.TestKit.Servers;

/// <summary>A Garnet server in this process on an ephemeral loopback port, in memory, for suites without a Redis.</summary>
public sealed class EmbeddedGarnet : IDisposable
{
    private readonly GarnetServer _server;

    private EmbeddedGarnet(GarnetServer server, int port)
    {
        _server = server;
        Address = $"127.0.0.1:{port}";
    }

    /// <summary>The server as <c>host:port</c>, which StackExchange.Redis takes as it is.</summary>
    public string Address { get; }

    /// <summary>Starts a server that answers when this returns.</summary>
    public static EmbeddedGarnet Start()
    {
        var port = FreePort();
        // RandomAccess: Garnet's native storage device wants a newer glibc than Debian 12 has.
        var server = new GarnetServer(
            ["--bind", "127.0.0.1", "--port", $"{port}", "--device-type", "RandomAccess", "-q", "--lua", "--lua-transaction-mode", "--memory", "64m", "--index", "1m"]);
        server.Start();
        return new EmbeddedGarnet(server, port);
    }

    /// <inheritdoc />
    public void Dispose() => _server.Dispose();

    private static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }
}
