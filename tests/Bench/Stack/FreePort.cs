using System.Net;
using System.Net.Sockets;

namespace MultiPanel.Bench.Stack;

/// <summary>Ports of 127.0.0.1 that no program listens on, below those that outgoing connections take.</summary>
internal static class FreePort
{
    private static int last = Random.Shared.Next(12_000, 19_000);

    public static int Next()
    {
        while (true)
        {
            var port = Interlocked.Increment(ref last);
            try
            {
                using var listener = new TcpListener(IPAddress.Loopback, port);
                listener.Start();
                return port;
            }
            catch (SocketException)
            {
                // In use; the next one.
            }
        }
    }
}
