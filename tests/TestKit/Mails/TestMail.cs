using MimeKit;

namespace MultiPanel.TestKit.Mails;

/// <summary>A mail as an SMTP server took it.</summary>
/// <param name="To">The envelope's recipients.</param>
/// <param name="Raw">As it came over the wire.</param>
/// <param name="Encrypted">It came under TLS.</param>
public sealed record TestMail(IReadOnlyList<string> To, string Raw, MimeMessage Message, bool Encrypted, string? User)
{
    public string Text => Message.TextBody!.ReplaceLineEndings("\n");

    /// <summary>The token of the link by which a password is set.</summary>
    public string Token => Text.Split("/reset-password#")[1].Split('\n')[0];
}
