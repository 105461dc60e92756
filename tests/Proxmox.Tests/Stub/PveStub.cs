using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace MultiPanel.Proxmox.Tests.Stub;

/// <summary>A small HTTP/1.1 server that sends what a test says, byte for byte, and keeps what it was sent.</summary>
internal sealed class PveStub : IAsyncDisposable
{
    private readonly TcpListener listener;
    private readonly CancellationTokenSource stop = new();
    private readonly ConcurrentBag<Task> conversations = [];
    private readonly ConcurrentQueue<StubRequest> requests = [];
    private readonly Func<StubRequest, StubAnswer> answer;
    private readonly X509Certificate2? certificate;
    private readonly Task accepting;

    public PveStub(Func<StubRequest, StubAnswer> answer, X509Certificate2? certificate = null, int port = 0)
    {
        listener = new TcpListener(IPAddress.Loopback, port);
        this.answer = answer;
        this.certificate = certificate;
        listener.Start();
        accepting = AcceptAsync();
    }

    public Uri Uri => new($"{(certificate is null ? "http" : "https")}://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}");

    public IReadOnlyList<StubRequest> Requests => [.. requests];

    public int Connections { get; private set; }

    public int Count(string method, string path) => requests.Count(request => request.Method == method && request.Path == path);

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        listener.Dispose();
        await Task.WhenAll([accepting, .. conversations]);
        stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (!stop.IsCancellationRequested)
        {
            try
            {
                var client = await listener.AcceptTcpClientAsync(stop.Token);
                Connections++;
                conversations.Add(ConverseAsync(client));
            }
            catch (Exception end) when (end is OperationCanceledException or SocketException or ObjectDisposedException)
            {
                return;
            }
        }
    }

    private async Task ConverseAsync(TcpClient client)
    {
        using var owned = client;
        try
        {
            await using var stream = await SecureAsync(client.GetStream());
            while (await ReadAsync(stream) is { } request)
            {
                requests.Enqueue(request);
                var reply = answer(request);
                if (ReferenceEquals(reply, StubAnswer.Hangup))
                {
                    return;
                }

                if (ReferenceEquals(reply, StubAnswer.Silence))
                {
                    await stream.ReadAtLeastAsync(new byte[1], 1, throwOnEndOfStream: false, stop.Token); // until the client goes
                    return;
                }

                await stream.WriteAsync(reply.Bytes(), stop.Token);
                if (!reply.StatusLine.Contains(" 200 ", StringComparison.Ordinal))
                {
                    return;
                }
            }
        }
        catch (Exception end) when (end is IOException or OperationCanceledException or System.Security.Authentication.AuthenticationException)
        {
            // The client went, or refused the certificate.
        }
    }

    private async Task<Stream> SecureAsync(NetworkStream plain)
    {
        if (certificate is null)
        {
            return plain;
        }

        var secure = new SslStream(plain);
        await secure.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificate = certificate }, stop.Token);
        return secure;
    }

    private async Task<StubRequest?> ReadAsync(Stream stream)
    {
        var head = new StringBuilder();
        var one = new byte[1];
        while (!EndsHead(head))
        {
            if (await stream.ReadAsync(one, stop.Token) == 0)
            {
                return null;
            }

            head.Append((char)one[0]);
        }

        var lines = head.ToString().Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        var headers = lines[1..].Select(line => line.Split(": ", 2)).ToDictionary(pair => pair[0], pair => pair[1], StringComparer.OrdinalIgnoreCase);
        var body = new byte[headers.TryGetValue("Content-Length", out var length) ? int.Parse(length, null) : 0];
        await stream.ReadExactlyAsync(body, stop.Token);
        var start = lines[0].Split(' ');
        return new StubRequest(start[0], start[1], headers, Encoding.UTF8.GetString(body));
    }

    private static bool EndsHead(StringBuilder head) =>
        head.Length >= 4 && head[^4] == '\r' && head[^3] == '\n' && head[^2] == '\r' && head[^1] == '\n';
}
