using System.Net;
using System.Net.Sockets;

namespace MultiPanel.TestKit.Servers;

/// <summary>Loopback ports for servers that are stopped and started again on the same one.</summary>
public static class FreePort
{
    /// <summary>Below 32768, where the kernel takes none for an outgoing connection while the server is down.</summary>
    public static int Next()
    {
        while (true)
        {
            var port = Random.Shared.Next(20_000, 32_000);
            try
            {
                using var probe = new TcpListener(IPAddress.Loopback, port);
                probe.Start();
                return port;
            }
            catch (SocketException)
            {
                // A program listens there; try another.
            }
        }
    }
}
