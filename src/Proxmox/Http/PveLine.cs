using System.Net.Sockets;

namespace MultiPanel.Proxmox.Http;

/// <summary>
/// Connections to endpoints. Reads share a pool with calls that have a body, which .NET never sends twice. A call without a
/// body that must not be repeated gets a connection of its own: .NET quietly sends such a request again when a pooled
/// connection dies.
/// </summary>
internal sealed class PveLine : IDisposable
{
    private readonly HttpMessageInvoker invoker;
    private int connections;
    private volatile bool established;

    private PveLine(Uri endpoint, PveConnection connection, CertificatePolicy certificates, bool once)
    {
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            UseProxy = false, // A management network is not reached through a web proxy.
            MaxConnectionsPerServer = 32,
            ConnectTimeout = connection.ConnectTimeout,
            SslOptions = certificates.Options(endpoint.Authority),

            // pveproxy closes idle connections after 5 s (PVE::APIServer::AnyEvent), so they are let go before.
            PooledConnectionIdleTimeout = TimeSpan.FromSeconds(3),
            PooledConnectionLifetime = TimeSpan.FromMinutes(2),
        };
        if (once)
        {
            handler.ConnectCallback = ConnectOnceAsync;
            handler.PlaintextStreamFilter = (context, _) =>
            {
                established = true;
                return ValueTask.FromResult(context.PlaintextStream);
            };
        }

        invoker = new HttpMessageInvoker(handler);
    }

    /// <summary>Of a line for one call: the connection stood, so the request may have been read.</summary>
    public bool Established => established;

    public HttpMessageInvoker Invoker => invoker;

    public static PveLine Pooled(Uri endpoint, PveConnection connection, CertificatePolicy certificates) =>
        new(endpoint, connection, certificates, once: false);

    public static PveLine Once(Uri endpoint, PveConnection connection, CertificatePolicy certificates) =>
        new(endpoint, connection, certificates, once: true);

    public void Dispose() => invoker.Dispose();

    private async ValueTask<Stream> ConnectOnceAsync(SocketsHttpConnectionContext context, CancellationToken ct)
    {
        if (Interlocked.Increment(ref connections) > 1)
        {
            throw new IOException("The request was sent and is not sent again.");
        }

        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(context.DnsEndPoint, ct);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
