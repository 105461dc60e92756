using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using MailKit.Net.Smtp;
using MailKit.Security;
using MimeKit;
using MimeKit.Utils;
using MultiPanel.Hosting.Settings;

namespace MultiPanel.Hosting.Mails;

/// <summary>A connection to the SMTP server, made when the first letter goes out.</summary>
public sealed class SmtpDelivery : IAsyncDisposable
{
    /// <summary>For one letter, connecting included; shorter than the shortest pause before it is tried again, which no other host does earlier.</summary>
    private static readonly TimeSpan CallTimeout = TimeSpan.FromSeconds(45);

    private readonly MailSettings settings;
    private readonly SmtpClient client = new();

    public SmtpDelivery(MailSettings settings)
    {
        this.settings = settings;
        // As on all our connections: revocation lists are where a panel often cannot reach, and then nothing would go out.
        client.CheckCertificateRevocation = false;
        client.ServerCertificateValidationCallback = (_, certificate, _, errors) => IsTrusted(certificate, errors);
    }

    /// <exception cref="MailRefusedException">Never to be delivered. Any other exception: the server is unreachable, or not as the settings say.</exception>
    public async Task SendAsync(Letter letter, CancellationToken cancellation)
    {
        using var message = Compose(letter);
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        timeout.CancelAfter(CallTimeout);
        await ConnectAsync(timeout.Token);
        try
        {
            await client.SendAsync(message, timeout.Token);
        }
        catch (SmtpCommandException refused) when (IsForGood(refused))
        {
            throw new MailRefusedException($"{(int)refused.StatusCode} {refused.Message}", refused);
        }
        catch (NotSupportedException impossible)
        {
            // An address with characters that this server does not take.
            throw new MailRefusedException(impossible.Message, impossible);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (client.IsConnected)
        {
            using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(2));
            try
            {
                await client.DisconnectAsync(quit: true, timeout.Token);
            }
            catch (Exception gone) when (gone is IOException or OperationCanceledException or SmtpProtocolException or SmtpCommandException)
            {
                // It was to end anyway.
            }
        }

        client.Dispose();
    }

    private async Task ConnectAsync(CancellationToken cancellation)
    {
        if (client.IsConnected)
        {
            return;
        }

        await client.ConnectAsync(settings.Host, settings.Port, settings.Tls switch
        {
            SmtpTls.StartTls => SecureSocketOptions.StartTls,
            SmtpTls.Tls => SecureSocketOptions.SslOnConnect,
            _ => SecureSocketOptions.None,
        }, cancellation);
        if (settings.Account is var (user, password))
        {
            await client.AuthenticateAsync(user, password, cancellation);
        }
    }

    private MimeMessage Compose(Letter letter)
    {
        if (!MailboxAddress.TryParse(letter.Address, out var parsed) || parsed.Address != letter.Address)
        {
            throw new MailRefusedException("the user's e-mail address is none");
        }

        var message = new MimeMessage
        {
            Subject = letter.Subject,
            Body = new TextPart("plain") { Text = letter.Text },
            // Without a domain given, it would reveal this machine's name.
            MessageId = MimeUtils.GenerateMessageId(settings.From.Address[(settings.From.Address.IndexOf('@', StringComparison.Ordinal) + 1)..]),
        };
        message.From.Add(settings.From);
        message.To.Add(new MailboxAddress(letter.Name, letter.Address));
        // RFC 3834: so that no absence note answers it.
        message.Headers.Add("Auto-Submitted", "auto-generated");
        return message;
    }

    /// <summary>5yz: the same command would be refused again (RFC 5321, 4.2.1). Where it is the sender that is refused, the settings are wrong, not the mail.</summary>
    private static bool IsForGood(SmtpCommandException refused) =>
        refused.ErrorCode is SmtpErrorCode.RecipientNotAccepted or SmtpErrorCode.MessageNotAccepted && (int)refused.StatusCode >= 500;

    private bool IsTrusted(X509Certificate? certificate, SslPolicyErrors errors) => settings.Fingerprints.Count == 0
        ? errors == SslPolicyErrors.None
        : certificate is not null && settings.Fingerprints.Contains(Convert.ToHexString(SHA256.HashData(certificate.GetRawCertData())));
}
