using System.Net.Sockets;
using System.Text;

namespace MultiPanel.Bench.Stack;

/// <summary>
/// Clients of <c>/api/jobs/events</c> that cost this machine little: a socket each, read ten times a second and not parsed.
/// The kernel's buffers hold what comes between; a browser reads no more eagerly.
/// </summary>
internal sealed class OpenStreams : IAsyncDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    /// <summary>What begins an event's second line.</summary>
    private static readonly byte[] Event = "event: job"u8.ToArray();

    private readonly List<Socket> sockets = [];
    private readonly List<Task> readings = [];
    private int welcome;
    private int events;

    /// <summary>Events that the first of them has had.</summary>
    public int Events => Volatile.Read(ref events);

    /// <param name="tokens">Whose streams they are, in turn: a user may have 20 open.</param>
    public static async Task<OpenStreams> OpenAsync(Panel panel, IReadOnlyList<string> tokens, int count, CancellationToken stopping)
    {
        var streams = new OpenStreams();
        for (var number = 0; number < count; number++)
        {
            var ask = Encoding.ASCII.GetBytes(
                $"GET /api/jobs/events HTTP/1.1\r\nHost: {panel.Address.Authority}\r\nAuthorization: Bearer {tokens[number % tokens.Count]}\r\nAccept: text/event-stream\r\n\r\n");
            var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            streams.sockets.Add(socket);
            await socket.ConnectAsync(panel.Address.Host, panel.Address.Port, stopping);
            await socket.SendAsync(ask, stopping);
            streams.readings.Add(streams.ReadAsync(socket, counts: number == 0));
        }

        await Wait.UntilAsync(() => Task.FromResult(Volatile.Read(ref streams.welcome) == count), $"Answering {count} watchers", TimeSpan.FromMinutes(1), stopping);
        return streams;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var socket in sockets)
        {
            socket.Dispose();
        }

        await Task.WhenAll(readings);
    }

    private async Task ReadAsync(Socket socket, bool counts)
    {
        var buffer = new byte[32_768];
        var first = true;
        try
        {
            while (await socket.ReceiveAsync(buffer) is var read and > 0)
            {
                if (first && buffer.AsSpan(0, read).StartsWith("HTTP/1.1 200"u8))
                {
                    first = false;
                    Interlocked.Increment(ref welcome);
                }

                if (counts)
                {
                    Interlocked.Add(ref events, buffer.AsSpan(0, read).Count(Event));
                }

                if (read < buffer.Length)
                {
                    await Task.Delay(Pause);
                }
            }
        }
        catch (Exception closed) when (closed is SocketException or ObjectDisposedException)
        {
            // By us, or by the end of the Api.
        }
    }
}
