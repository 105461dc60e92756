using System.Net;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Security.Cryptography;
using System.Text;
using MultiPanel.Proxmox.Errors;
using MultiPanel.Proxmox.Qemu;
using MultiPanel.Proxmox.Tasks;

namespace MultiPanel.Proxmox.Tests.Http;

internal sealed class ConsoleTests
{
    private static readonly VncProxy Proxy = new(5900, "PVEVNC:a+b/c==", null, Upid.Parse("UPID:pve1:00000393:00063D3A:6B030FD8:vncproxy:200:root@pam:"), "root@pam");

    [Test]
    public async Task A_console_is_a_byte_stream_both_ways()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var server = ServeAsync(listener, accept: true);
        await using var client = new PveClient(Stub.Clients.To(new Uri($"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}")));

        using var socket = await client.Qemu.VncWebSocketAsync("pve1", 200, Proxy);
        var buffer = new byte[64];
        var got = await socket.ReceiveAsync(buffer, CancellationToken.None);
        Assert.That(Encoding.ASCII.GetString(buffer, 0, got.Count), Is.EqualTo("RFB 003.008\n"));
        await socket.SendAsync(Encoding.ASCII.GetBytes("RFB 003.008\n"), WebSocketMessageType.Binary, true, CancellationToken.None);

        var (request, echoed) = await server;
        Assert.Multiple(() =>
        {
            Assert.That(echoed, Is.EqualTo("RFB 003.008\n"));
            Assert.That(request, Does.StartWith("GET /api2/json/nodes/pve1/qemu/200/vncwebsocket?port=5900&vncticket=PVEVNC%3Aa%2Bb%2Fc%3D%3D HTTP/1.1"));
            Assert.That(request, Does.Contain("Sec-WebSocket-Protocol: binary"));
            Assert.That(request, Does.Contain("Authorization: PVEAPIToken=engine@pve!t1=the-secret"));
            Assert.That(socket.SubProtocol, Is.EqualTo("binary"));
        });
    }

    [Test]
    public async Task A_refused_console_says_so()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var server = ServeAsync(listener, accept: false);
        await using var client = new PveClient(Stub.Clients.To(new Uri($"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}")));

        Assert.ThrowsAsync<PvePermissionException>(async () => await client.Qemu.VncWebSocketAsync("pve1", 200, Proxy));
        await server;
    }

    private static async Task<(string Request, string Echoed)> ServeAsync(TcpListener listener, bool accept)
    {
        using var client = await listener.AcceptTcpClientAsync();
        await using var stream = client.GetStream();
        var head = new StringBuilder();
        while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
        {
            head.Append((char)stream.ReadByte());
        }

        var request = head.ToString();
        if (!accept)
        {
            await stream.WriteAsync("HTTP/1.1 403 Permission check failed\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"u8.ToArray());
            return (request, "");
        }

        var key = request.Split("Sec-WebSocket-Key: ")[1].Split("\r\n")[0];
#pragma warning disable CA5350 // RFC 6455 wants SHA-1 here.
        var accepted = Convert.ToBase64String(SHA1.HashData(Encoding.ASCII.GetBytes(key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11")));
#pragma warning restore CA5350
        await stream.WriteAsync(Encoding.ASCII.GetBytes(
            $"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: upgrade\r\nSec-WebSocket-Accept: {accepted}\r\nSec-WebSocket-Protocol: binary\r\n\r\n"));
        using var socket = WebSocket.CreateFromStream(stream, new WebSocketCreationOptions { IsServer = true, SubProtocol = "binary" });
        await socket.SendAsync(Encoding.ASCII.GetBytes("RFB 003.008\n"), WebSocketMessageType.Binary, true, CancellationToken.None);
        var buffer = new byte[64];
        var got = await socket.ReceiveAsync(buffer, CancellationToken.None);
        return (request, Encoding.ASCII.GetString(buffer, 0, got.Count));
    }
}
