using System.Net.Security;
using System.Net.Sockets;
using System.Text;
using MimeKit;

namespace MultiPanel.TestKit.Mails;

/// <summary>One client's conversation (RFC 5321), as far as a client that behaves needs it.</summary>
internal sealed class SmtpSession(TestMailServer server, TcpClient client) : IDisposable
{
    private readonly List<string> recipients = [];
    private Stream stream = client.GetStream();
    private StreamReader reader = null!;
    private bool encrypted;
    private string? user;

    public async Task RunAsync()
    {
        reader = new StreamReader(stream, Encoding.Latin1);
        await SayAsync("220 test");
        while (await reader.ReadLineAsync() is { } line)
        {
            var verb = line.Split(' ', ':')[0].ToUpperInvariant();
            switch (verb)
            {
                case "EHLO":
                    await SayAsync("250-test", "250-8BITMIME", "250-AUTH PLAIN", server.Certificate is null || encrypted ? "250 SIZE 1000000" : "250 STARTTLS");
                    break;
                case "STARTTLS":
                    await SecureAsync();
                    break;
                case "AUTH":
                    user = Encoding.UTF8.GetString(Convert.FromBase64String(line.Split(' ')[2])).Replace('\0', ' ').Trim();
                    await SayAsync("235 welcome");
                    break;
                case "RCPT":
                    await RecipientAsync(line.Split('<')[1].Split('>')[0]);
                    break;
                case "DATA":
                    await SayAsync("354 go on");
                    await TakeAsync();
                    break;
                case "QUIT":
                    await SayAsync("221 bye");
                    return;
                default:
                    await SayAsync("250 ok");
                    break;
            }
        }
    }

    public void Dispose()
    {
        stream.Dispose();
        client.Dispose();
    }

    private async Task RecipientAsync(string address)
    {
        var refusal = server.Refuse(address);
        if (refusal is null)
        {
            recipients.Add(address);
        }

        await SayAsync(refusal ?? "250 ok");
    }

    private async Task SecureAsync()
    {
        await SayAsync("220 go on");
        var secure = new SslStream(stream);
        stream = secure;
        await secure.AuthenticateAsServerAsync(server.Certificate!);
        (reader, encrypted) = (new StreamReader(stream, Encoding.Latin1), true);
    }

    private async Task TakeAsync()
    {
        var raw = new StringBuilder();
        while (await reader.ReadLineAsync() is { } line and not ".")
        {
            raw.Append(line.StartsWith('.') ? line[1..] : line).Append("\r\n");
        }

        using var bytes = new MemoryStream(Encoding.Latin1.GetBytes(raw.ToString()));
        server.Take(new TestMail([.. recipients], raw.ToString(), await MimeMessage.LoadAsync(bytes), encrypted, user));
        recipients.Clear();
        await SayAsync("250 taken");
    }

    private async Task SayAsync(params string[] lines)
    {
        await stream.WriteAsync(Encoding.Latin1.GetBytes(string.Concat(lines.Select(line => $"{line}\r\n"))));
        await stream.FlushAsync();
    }
}
