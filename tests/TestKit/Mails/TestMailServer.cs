using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Threading.Channels;
using MimeKit;
using MultiPanel.Hosting.Settings;
using MultiPanel.TestKit.Servers;

namespace MultiPanel.TestKit.Mails;

/// <summary>A small SMTP server in this process, which keeps what it takes. It can be down, and refuse.</summary>
public sealed class TestMailServer : IAsyncDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    private readonly Channel<TestMail> mails = Channel.CreateUnbounded<TestMail>();
    private readonly ConcurrentQueue<TestMail> taken = new();
    private readonly ConcurrentDictionary<TcpClient, Task> connections = new();
    private TcpListener? listener;
    private Task? accepting;

    private TestMailServer(X509Certificate2? certificate) => Certificate = certificate;

    public int Port { get; } = FreePort.Next();

    /// <summary>Null: it has no STARTTLS.</summary>
    public X509Certificate2? Certificate { get; }

    public string Fingerprint => Certificate!.GetCertHashString(HashAlgorithmName.SHA256);

    /// <summary>Answers a recipient otherwise than with 250, for example <c>550 no such mailbox</c>; null: it is taken.</summary>
    public Func<string, string?> Refuse { get; set; } = _ => null;

    /// <summary>Everything that was taken so far.</summary>
    public IReadOnlyCollection<TestMail> Taken => taken;

    /// <summary>How often a client connected.</summary>
    public int Connections { get; private set; }

    /// <summary>What a host needs to send by it.</summary>
    public MailSettings Settings => new()
    {
        Host = "127.0.0.1",
        Port = Port,
        Tls = Certificate is null ? SmtpTls.None : SmtpTls.StartTls,
        Fingerprints = Certificate is null ? [] : [Fingerprint],
        From = new MailboxAddress("MultiPanel", "panel@example.com"),
        PanelUrl = "https://panel.example.com",
    };

    /// <param name="secure">With STARTTLS, and a certificate that no authority has signed.</param>
    public static TestMailServer Start(bool secure = false)
    {
        var server = new TestMailServer(secure ? SelfSigned() : null);
        server.ComeBack();
        return server;
    }

    public void ComeBack()
    {
        listener = new TcpListener(IPAddress.Loopback, Port);
        listener.Start();
        accepting = AcceptAsync(listener);
    }

    /// <summary>Clients that are connected are cut off.</summary>
    public async Task GoDownAsync()
    {
        listener?.Dispose();
        foreach (var connection in connections.Keys)
        {
            connection.Close();
        }

        await (accepting ?? Task.CompletedTask);
        await Task.WhenAll(connections.Values);
        (listener, accepting) = (null, null);
    }

    /// <summary>Waits for the next mail.</summary>
    public async Task<TestMail> NextAsync()
    {
        using var limit = new CancellationTokenSource(Limit);
        return await mails.Reader.ReadAsync(limit.Token);
    }

    public async ValueTask DisposeAsync()
    {
        await GoDownAsync();
        Certificate?.Dispose();
    }

    internal void Take(TestMail mail)
    {
        taken.Enqueue(mail);
        mails.Writer.TryWrite(mail);
    }

    private async Task AcceptAsync(TcpListener door)
    {
        try
        {
            while (true)
            {
                var client = await door.AcceptTcpClientAsync();
                Connections++;
                connections[client] = ServeAsync(client);
            }
        }
        catch (Exception closed) when (closed is SocketException or ObjectDisposedException)
        {
            // It is down.
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        await Task.Yield();
        try
        {
            using var session = new SmtpSession(this, client);
            await session.RunAsync();
        }
        catch (Exception gone) when (gone is IOException or SocketException or ObjectDisposedException or System.Security.Authentication.AuthenticationException)
        {
            // The client left, or did not like the certificate.
        }
        finally
        {
            connections.TryRemove(client, out _);
        }
    }

    private static X509Certificate2 SelfSigned()
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=mail", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        using var made = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        return X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pfx), null);
    }
}
