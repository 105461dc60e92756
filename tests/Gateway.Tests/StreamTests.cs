using System.Net.Http.Headers;
using System.Net.WebSockets;
using System.Text;
using Microsoft.AspNetCore.Http;
using MultiPanel.Gateway.Tests.Host;

namespace MultiPanel.Gateway.Tests;

[CancelAfter(30_000)]
public sealed class StreamTests
{
    private FakePanel panel = null!;
    private TestGateway gateway = null!;

    [SetUp]
    public async Task StartAsync()
    {
        panel = await FakePanel.SelfSignedAsync();
        gateway = await TestGateway.PinnedToAsync(panel);
    }

    [TearDown]
    public async Task StopAsync()
    {
        await gateway.DisposeAsync();
        await panel.DisposeAsync();
    }

    [TestCase("/api/jobs/events")]
    [TestCase("/api/jobs/01a205f8-9f6f-7df9-ab28-1b6efc74f6aa/events")]
    public async Task Each_event_passes_when_it_is_sent_and_not_with_the_next(string path, CancellationToken cancellation)
    {
        using var read = new SemaphoreSlim(0);
        panel.Answer = async context =>
        {
            context.Response.ContentType = "text/event-stream";
            for (var number = 1; number <= 3; number++)
            {
                await context.Response.WriteAsync($"id: {number}\n\n", context.RequestAborted);
                await context.Response.Body.FlushAsync(context.RequestAborted);
                await read.WaitAsync(context.RequestAborted); // the next one only after the client has read this one
            }
        };
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", Jwt.Valid);
        request.Headers.Add("Last-Event-ID", "41");

        using var answer = await gateway.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellation);
        using var events = new StreamReader(await answer.Content.ReadAsStreamAsync(cancellation));
        for (var number = 1; number <= 3; number++)
        {
            Assert.That(await events.ReadLineAsync(cancellation), Is.EqualTo($"id: {number}"));
            await events.ReadLineAsync(cancellation);
            read.Release();
        }

        Assert.That(await events.ReadToEndAsync(cancellation), Is.Empty, "the stream ends when the panel ends it");
        Assert.That(answer.Content.Headers.ContentType!.MediaType, Is.EqualTo("text/event-stream"));
        Assert.That(panel.Arrivals.Single().Headers["Last-Event-ID"], Is.EqualTo("41"));
    }

    [Test]
    public async Task A_client_that_leaves_ends_the_stream_at_the_main_panel(CancellationToken cancellation)
    {
        var left = new TaskCompletionSource();
        panel.Answer = async context =>
        {
            context.RequestAborted.Register(left.SetResult);
            await context.Response.WriteAsync(": here\n\n", context.RequestAborted);
            await context.Response.Body.FlushAsync(context.RequestAborted);
            await left.Task;
        };
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/jobs/events");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", Jwt.Valid);

        using (await gateway.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellation))
        {
        }

        await left.Task.WaitAsync(cancellation);
    }

    [Test]
    public async Task A_console_is_relayed_both_ways_with_its_subprotocol_and_without_the_token(CancellationToken cancellation)
    {
        panel.Answer = EchoAsync;
        using var console = new ClientWebSocket();
        console.Options.AddSubProtocol("binary");
        console.Options.SetRequestHeader("Authorization", "Bearer not-for-the-panel");

        await console.ConnectAsync(Console("?ticket=once-only"), cancellation);
        foreach (var text in new[] { "RFB 003.008\n", new string('x', 100_000) })
        {
            await console.SendAsync(Encoding.ASCII.GetBytes(text), WebSocketMessageType.Binary, endOfMessage: true, cancellation);
            Assert.That(await ReceiveAsync(console, cancellation), Is.EqualTo(text));
        }

        await console.CloseAsync(WebSocketCloseStatus.NormalClosure, "bye", cancellation);

        Assert.That(console.SubProtocol, Is.EqualTo("binary"));
        Assert.That(console.CloseStatus, Is.EqualTo(WebSocketCloseStatus.NormalClosure));
        var arrived = panel.Arrivals.Single();
        Assert.That(arrived.Target, Is.EqualTo("/console-proxy?ticket=once-only"));
        Assert.That(arrived.Headers.Keys, Does.Not.Contain("Authorization"));
        Assert.That(string.Concat(gateway.Log), Does.Not.Contain("once-only"));
    }

    [TestCase("")]
    [TestCase("?ticket=a&ticket=b")]
    public async Task A_console_without_its_ticket_is_not_passed_on(string query)
    {
        using var console = new ClientWebSocket();
        console.Options.CollectHttpResponseDetails = true;

        Assert.That(() => console.ConnectAsync(Console(query), CancellationToken.None), Throws.TypeOf<WebSocketException>());
        Assert.That((int)console.HttpStatusCode, Is.EqualTo(401));
        Assert.That(panel.Arrivals, Is.Empty);
    }

    [Test]
    public async Task A_websocket_passes_nowhere_else_and_nothing_else_passes_there()
    {
        using var socket = new ClientWebSocket();
        socket.Options.CollectHttpResponseDetails = true;
        socket.Options.SetRequestHeader("Authorization", $"Bearer {Jwt.Valid}");

        Assert.That(
            () => socket.ConnectAsync(new Uri(gateway.Address.Replace("http", "ws", StringComparison.Ordinal) + "/api/jobs"), CancellationToken.None),
            Throws.TypeOf<WebSocketException>());
        Assert.That((int)socket.HttpStatusCode, Is.EqualTo(400));
        Assert.That((await gateway.GetAsync("/console-proxy?ticket=a", token: null)).Code, Is.EqualTo("websocket_expected"));
        Assert.That(panel.Arrivals, Is.Empty);
    }

    private Uri Console(string query) => new(gateway.Address.Replace("http", "ws", StringComparison.Ordinal) + "/console-proxy" + query);

    private static async Task EchoAsync(HttpContext context)
    {
        using var socket = await context.WebSockets.AcceptWebSocketAsync("binary");
        var buffer = new byte[8192];
        while (true)
        {
            var part = await socket.ReceiveAsync(buffer, context.RequestAborted);
            if (part.MessageType == WebSocketMessageType.Close)
            {
                await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, context.RequestAborted);
                return;
            }

            await socket.SendAsync(buffer.AsMemory(0, part.Count), part.MessageType, part.EndOfMessage, context.RequestAborted);
        }
    }

    private static async Task<string> ReceiveAsync(ClientWebSocket socket, CancellationToken cancellation)
    {
        var (text, buffer) = (new StringBuilder(), new byte[8192]);
        while (true)
        {
            var part = await socket.ReceiveAsync(buffer, cancellation);
            text.Append(Encoding.ASCII.GetString(buffer, 0, part.Count));
            if (part.EndOfMessage)
            {
                return text.ToString();
            }
        }
    }
}
