using System.Net;
using MimeKit;

namespace MultiPanel.Hosting.Settings;

/// <summary>By which SMTP server mail goes out, and where its links lead.</summary>
public sealed record MailSettings
{
    /// <summary>Without <c>SMTP_HOST</c> they would mean nothing, so one that is set then is a mistake.</summary>
    private static readonly string[] Details = ["SMTP_PORT", "SMTP_USER", "SMTP_PASSWORD", "SMTP_FROM", "SMTP_TLS", "SMTP_FINGERPRINT"];

    public required string Host { get; init; }

    public int Port { get; init; } = 587;

    public SmtpTls Tls { get; init; } = SmtpTls.StartTls;

    /// <summary>Null: the server asks for no sign-in.</summary>
    public (string User, string Password)? Account { get; init; }

    public required MailboxAddress From { get; init; }

    /// <summary>SHA-256 of the server's certificate in hex, any of these; none: the system's authorities decide.</summary>
    public IReadOnlyList<string> Fingerprints { get; init; } = [];

    /// <summary>The panel as its users reach it, without a slash at the end.</summary>
    public required string PanelUrl { get; init; }

    /// <returns>Null: no mail is sent.</returns>
    /// <exception cref="SettingsException">Thrown by the caller's <see cref="SettingsReader.ThrowIfWrong"/>, not here.</exception>
    public static MailSettings? Read(SettingsReader reader)
    {
        var panel = PanelAddress(reader);
        if (reader.Optional("SMTP_HOST") is not { } host)
        {
            foreach (var name in Details.Where(name => reader.Optional(name) is not null))
            {
                reader.Reject(name, "is set, but SMTP_HOST is not, without which no mail is sent");
            }

            return null;
        }

        if (panel is null && reader.Optional("PANEL_URL") is null)
        {
            reader.Reject("PANEL_URL", "is not set: links in mails need the panel's address, for example https://panel.example.com");
        }

        var (user, password) = (reader.Optional("SMTP_USER"), reader.Optional("SMTP_PASSWORD"));
        if (user is null != password is null)
        {
            reader.Reject(user is null ? "SMTP_USER" : "SMTP_PASSWORD", "is not set: a sign-in at the SMTP server needs both, or neither");
        }

        return new MailSettings
        {
            Host = host,
            Port = reader.Number("SMTP_PORT", 587, 1, 65_535),
            Tls = ReadTls(reader, host),
            Account = user is null || password is null ? null : (user, password),
            From = ReadFrom(reader),
            Fingerprints = ReadFingerprints(reader),
            PanelUrl = panel ?? "",
        };
    }

    private static string? PanelAddress(SettingsReader reader)
    {
        if (reader.Optional("PANEL_URL") is not { } text)
        {
            return null;
        }

        if (Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https"
            && uri.Query.Length == 0 && uri.Fragment.Length == 0 && uri.UserInfo.Length == 0)
        {
            return text.TrimEnd('/');
        }

        reader.Reject("PANEL_URL", $"is '{text}': it must be the panel's address as its users reach it, for example https://panel.example.com");
        return null;
    }

    private static SmtpTls ReadTls(SettingsReader reader, string host)
    {
        switch (reader.Optional("SMTP_TLS"))
        {
            case null or "starttls":
                return SmtpTls.StartTls;
            case "tls":
                return SmtpTls.Tls;
            case "none" when host == "localhost" || (IPAddress.TryParse(host, out var address) && IPAddress.IsLoopback(address)):
                return SmtpTls.None;
            case "none":
                reader.Reject("SMTP_TLS", "is none: links that set passwords could be read on the way; only a server on this machine may be spoken to without TLS");
                return SmtpTls.StartTls;
            case var other:
                reader.Reject("SMTP_TLS", $"is '{other}': it must be starttls (usually with port 587), tls (with port 465) or none");
                return SmtpTls.StartTls;
        }
    }

    private static MailboxAddress ReadFrom(SettingsReader reader)
    {
        var text = reader.Required("SMTP_FROM", "whom mails come from, for example MultiPanel <panel@example.com>");
        if (MailboxAddress.TryParse(text, out var from) && from.Address.Contains('@', StringComparison.Ordinal))
        {
            return from;
        }

        if (text.Length > 0)
        {
            reader.Reject("SMTP_FROM", $"is '{text}': it must be an e-mail address, with a name before it if you like: MultiPanel <panel@example.com>");
        }

        return new MailboxAddress("", "");
    }

    private static List<string> ReadFingerprints(SettingsReader reader)
    {
        var pinned = (reader.Optional("SMTP_FINGERPRINT") ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .Select(part => part.Replace(":", "", StringComparison.Ordinal).ToUpperInvariant()).ToList();
        if (pinned.Exists(hex => hex.Length != 64 || !hex.All(char.IsAsciiHexDigitUpper)))
        {
            reader.Reject("SMTP_FINGERPRINT", "must be the certificate's SHA-256 fingerprint, 64 hex digits with or without colons; several are separated by commas");
        }

        return pinned;
    }
}
