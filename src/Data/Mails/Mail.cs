namespace MultiPanel.Data.Mails;

/// <summary>
/// A mail that is to be sent. It holds what to tell whom, not the words: those, and the secret of a link, are made when it
/// is sent, and then the row goes. docs/adr/0014 has the reasons.
/// </summary>
public sealed class Mail
{
    public long Id { get; set; }

    public MailKind Kind { get; set; }

    /// <summary>Null: whomever <see cref="Name"/> names, if anybody.</summary>
    public int? UserId { get; set; }

    /// <summary>What somebody typed who forgot the password: a user name or an e-mail address, of a user or of nobody.</summary>
    public string? Name { get; set; }

    public Guid? JobId { get; set; }

    public DateTime CreatedAt { get; set; }

    /// <summary>When it is tried next. Whoever tries moves it on first, so that nobody else does meanwhile.</summary>
    public DateTime DueAt { get; set; }

    /// <summary>Nobody wants it any more from then on.</summary>
    public DateTime GiveUpAt { get; set; }

    public int Attempts { get; set; }
}
