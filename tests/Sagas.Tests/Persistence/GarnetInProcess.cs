using System.Net;
using System.Net.Sockets;
using Garnet;

// Not .Persistence: a set-up fixture ends with its namespace, and the suites of the other folders use this server too.
namespace MultiPanel.Sagas.Tests;

/// <summary>
/// The one Garnet of this test run, started when the first suite asks. Transaction mode: without it Garnet interleaves
/// scripts, and updates are lost; with it the keys that a script declares are locked while it runs.
/// </summary>
[SetUpFixture]
public sealed class GarnetInProcess
{
    private static readonly Lazy<(GarnetServer Server, string Address)> Running = new(Start);

    public static string Address => Running.Value.Address;

    [OneTimeTearDown]
    public void Stop()
    {
        if (Running.IsValueCreated)
        {
            Running.Value.Server.Dispose();
        }
    }

    private static (GarnetServer, string) Start()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        var port = ((IPEndPoint)probe.LocalEndpoint).Port;
        probe.Stop();

        // RandomAccess: the native storage device wants a newer glibc than Debian 12 has.
        var server = new GarnetServer([
            "--bind", "127.0.0.1", "--port", $"{port}", "--device-type", "RandomAccess",
            "--lua", "--lua-transaction-mode", "--memory", "64m", "--index", "1m"]);
        server.Start();
        return (server, $"127.0.0.1:{port}");
    }
}
