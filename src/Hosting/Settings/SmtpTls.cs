namespace MultiPanel.Hosting.Settings;

/// <summary>How a connection to the SMTP server is protected.</summary>
public enum SmtpTls
{
    /// <summary>From its STARTTLS on; a server that does not offer it gets nothing.</summary>
    StartTls,

    /// <summary>From the first byte.</summary>
    Tls,

    /// <summary>Not at all; on one machine alone.</summary>
    None,
}
