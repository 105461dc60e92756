namespace MultiPanel.Proxmox.Http;

/// <summary>What lets a request in: a token's header, or a ticket's cookie and CSRF token.</summary>
internal sealed record Pass(string? Authorization, string? Ticket, string? Csrf)
{
    public static Pass None { get; } = new(null, null, null);

    /// <summary>Every header that the request needs.</summary>
    public IEnumerable<(string Name, string Value)> Headers(bool changes)
    {
        if (Authorization is not null)
        {
            yield return ("Authorization", Authorization);
        }

        if (Ticket is not null)
        {
            // Proxmox unescapes the value, so only what would end or change it is escaped.
            yield return ("Cookie", $"PVEAuthCookie={Ticket.Replace("%", "%25", StringComparison.Ordinal).Replace(";", "%3B", StringComparison.Ordinal)}");
        }

        if (Csrf is not null && changes)
        {
            yield return ("CSRFPreventionToken", Csrf);
        }
    }

    public override string ToString() => Authorization is not null ? "token" : Ticket is not null ? "ticket" : "none";
}
