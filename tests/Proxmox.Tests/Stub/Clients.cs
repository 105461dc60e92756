using System.Net;
using System.Net.Sockets;

namespace MultiPanel.Proxmox.Tests.Stub;

/// <summary>Clients as the tests want them: with short pauses, so that repeats do not take long.</summary>
internal static class Clients
{
    public static PveConnection To(params IReadOnlyList<Uri> endpoints) => new()
    {
        Endpoints = endpoints,
        Credential = new PveApiToken("engine@pve!t1", "the-secret"),
        RetryDelay = TimeSpan.FromMilliseconds(5),
    };

    public static PveClient Client(this PveStub stub, TimeProvider? time = null) => new(To(stub.Uri), time: time);

    public static PveClient WithPassword(this PveStub stub, TimeProvider? time = null) =>
        new(To(stub.Uri) with { Credential = new PvePassword("root@pam", "the-password") }, time: time);

    /// <summary>A port of this machine on which no program listens.</summary>
    public static Uri Unreachable()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return new Uri($"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}");
    }
}
