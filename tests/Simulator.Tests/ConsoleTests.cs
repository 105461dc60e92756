using System.Net.WebSockets;
using System.Security.Cryptography;
using System.Text;
using MultiPanel.Simulator.Http;

namespace MultiPanel.Simulator.Tests;

public sealed class ConsoleTests
{
    [Test]
    public async Task Console_speaks_rfb_with_the_password_that_vncproxy_gave()
    {
        await using var site = await Site.StartAsync();
        await site.RunningClone(101);
        var console = (await site.Client.Post("/nodes/n1/qemu/101/vncproxy", ("websocket", 1), ("generate-password", 1))).Data!;
        using var socket = await Connect(site, console["port"]!.GetValue<string>(), console["ticket"]!.GetValue<string>());

        Assert.That(socket.SubProtocol, Is.EqualTo("binary"));
        Assert.That(Encoding.ASCII.GetString(await Read(socket, 12)), Is.EqualTo("RFB 003.008\n"));
        await Write(socket, "RFB 003.008\n"u8.ToArray());
        Assert.That(await Read(socket, 2), Is.EqualTo(new byte[] { 1, 2 }));
        await Write(socket, [2]);
        await Write(socket, VncPassword.Encrypt(console["password"]!.GetValue<string>(), await Read(socket, 16)));
        Assert.That(await Read(socket, 4), Is.EqualTo(new byte[4]));
        await Write(socket, [1]);
        Assert.That(Encoding.ASCII.GetString((await Read(socket, 28))[24..]), Is.EqualTo("QEMU"));
    }

    [Test]
    public async Task Console_ticket_is_good_for_one_connection()
    {
        await using var site = await Site.StartAsync();
        await site.RunningClone(101);
        var console = (await site.Client.Post("/nodes/n1/qemu/101/vncproxy", ("websocket", 1))).Data!;
        var (port, ticket) = (console["port"]!.GetValue<string>(), console["ticket"]!.GetValue<string>());
        using var first = await Connect(site, port, ticket);

        Assert.That(() => site.Clock.Drive(Connect(site, port, ticket)), Throws.InstanceOf<WebSocketException>());
    }

    [Test]
    public async Task Console_of_a_stopped_vm_closes_and_its_task_says_so()
    {
        await using var site = await Site.StartAsync();
        await site.MadeClone(101);
        var console = (await site.Client.Post("/nodes/n1/qemu/101/vncproxy", ("websocket", 1))).Data!;
        using var socket = await Connect(site, console["port"]!.GetValue<string>(), console["ticket"]!.GetValue<string>());

        var received = await socket.ReceiveAsync(new byte[16].AsMemory(), CancellationToken.None);

        Assert.That(received.MessageType, Is.EqualTo(WebSocketMessageType.Close));
        Assert.That(site.Task(console["upid"]!.GetValue<string>()).ExitStatus, Is.EqualTo("Failed to run vncproxy."));
    }

    [Test]
    public async Task Console_without_a_connection_times_out_after_ten_seconds()
    {
        await using var site = await Site.StartAsync();
        await site.RunningClone(101);
        var upid = (await site.Client.Post("/nodes/n1/qemu/101/vncproxy")).Data!["upid"]!.GetValue<string>();
        site.Clock.Advance(TimeSpan.FromSeconds(11));

        Assert.That(site.Task(upid).ExitStatus, Is.EqualTo("connection timed out"));
    }

    [Test]
    public async Task Console_is_opened_by_the_node_that_was_asked()
    {
        await using var site = await Site.StartAsync();
        await site.RunningClone(101);
        using var other = new PveClient(site.Cluster, site.Clock, site.Cluster.ApiToken, node: 1);

        var console = (await other.Post("/nodes/n1/qemu/101/vncproxy", ("websocket", 1))).Data!;

        Assert.That(console["upid"]!.GetValue<string>(), Does.StartWith("UPID:n2:"));
        Assert.That(console["ticket"]!.GetValue<string>(), Does.StartWith(console["password"]!.GetValue<string>() + ":PVEVNC:"));
    }

    [Test]
    public async Task Consoles_that_a_vm_lacks_are_refused_only_where_proxmox_does()
    {
        await using var site = await Site.StartAsync();
        await site.RunningClone(101);
        await site.MadeClone(102);

        var terminal = await site.Client.Post("/nodes/n1/qemu/101/termproxy");
        var spice = await site.Client.Post("/nodes/n1/qemu/101/spiceproxy");
        var stopped = await site.Client.Post("/nodes/n1/qemu/102/spiceproxy");

        Assert.That(terminal.Status, Is.EqualTo(200), "without a serial port its task fails later");
        Assert.That((spice.Reason, stopped.Reason), Is.EqualTo(("no spice port", "VM 102 not running")));
    }

    private static async Task<ClientWebSocket> Connect(Site site, string port, string ticket)
    {
        var socket = new ClientWebSocket();
        var pin = site.Cluster.Fingerprint.Replace(":", "", StringComparison.Ordinal);
        socket.Options.RemoteCertificateValidationCallback = (_, certificate, _, _) => certificate!.GetCertHashString(HashAlgorithmName.SHA256) == pin;
        socket.Options.SetRequestHeader("Authorization", $"PVEAPIToken={site.Cluster.ApiToken}");
        socket.Options.AddSubProtocol("binary");
        var endpoint = site.Cluster.Endpoints[0];
        await socket.ConnectAsync(
            new Uri($"wss://{endpoint.Authority}/api2/json/nodes/n1/qemu/101/vncwebsocket?port={port}&vncticket={Uri.EscapeDataString(ticket)}"), CancellationToken.None);
        return socket;
    }

    private static Task Write(ClientWebSocket socket, byte[] data) => socket.SendAsync(data, WebSocketMessageType.Binary, true, CancellationToken.None);

    private static async Task<byte[]> Read(ClientWebSocket socket, int count)
    {
        var data = new byte[count];
        for (var read = 0; read < count;)
        {
            read += (await socket.ReceiveAsync(data.AsMemory(read), CancellationToken.None)).Count;
        }

        return data;
    }
}
