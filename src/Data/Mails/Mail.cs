namespace MultiPanel.Data.Mails;

/// <summary>
/// A mail that is to be sent. It holds the recipient and the subject matter, not the words: those, and the secret of a link, are made when it
/// is sent, and then the row goes. docs/adr/0014 has the reasons.
/// </summary>
public sealed class Mail
{
    public long Id { get; set; }

    public MailKind Kind { get; set; }

    /// <summary>Null: the user that <see cref="Name"/> names, if there is one.</summary>
    public int? UserId { get; set; }

    /// <summary>What was typed as the forgotten password's user: a user name or an e-mail address, which may belong to no user.</summary>
    public string? Name { get; set; }

    public Guid? JobId { get; set; }

    public DateTime CreatedAt { get; set; }

    /// <summary>When it is tried next. A host that tries moves it on first, so that no other host tries meanwhile.</summary>
    public DateTime DueAt { get; set; }

    /// <summary>It is of no use from then on.</summary>
    public DateTime GiveUpAt { get; set; }

    public int Attempts { get; set; }
}
