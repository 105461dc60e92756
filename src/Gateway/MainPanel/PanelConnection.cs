using System.Net.Sockets;
using MultiPanel.Gateway.Settings;

namespace MultiPanel.Gateway.MainPanel;

/// <summary>The one way to the main panel, for callers' requests and for the gateway's own.</summary>
internal sealed class PanelConnection : IDisposable
{
    /// <summary>A caller learns that the main panel is unreachable instead of waiting for it.</summary>
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(3);

    /// <summary>A replaced certificate or a moved name is noticed after this.</summary>
    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(2);

    public PanelConnection(GatewaySettings settings)
    {
        Prefix = settings.MainPanel.Prefix;
        Base = settings.MainPanel.Base;
        Messages = new HttpMessageInvoker(new SocketsHttpHandler
        {
            UseProxy = false,
            UseCookies = false,
            AllowAutoRedirect = false,
            ConnectTimeout = ConnectTimeout,
            PooledConnectionLifetime = Lifetime,
            ConnectCallback = ConnectAsync,
            SslOptions = settings.Trust.Options(Base.Authority),
        });
    }

    public Uri Base { get; }

    public string Prefix { get; }

    public HttpMessageInvoker Messages { get; }

    public void Dispose() => Messages.Dispose();

    /// <summary>Streams and consoles have no timeout; TCP's own keep-alive notices within a minute that the other side is gone.</summary>
    private static async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellation)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
            socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime, 30);
            socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval, 10);
            socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveRetryCount, 3);
            await socket.ConnectAsync(context.DnsEndPoint, cancellation);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
