namespace MultiPanel.Proxmox;

/// <summary>How the client signs in: <see cref="PveApiToken"/> or <see cref="PvePassword"/>.</summary>
public abstract record PveCredential
{
    private protected PveCredential()
    {
    }
}

/// <summary>An API token. Needs no CSRF token and does not expire by itself.</summary>
/// <param name="TokenId">The full token id, <c>user@realm!name</c>.</param>
/// <param name="Secret">The secret that Proxmox showed once. Never printed.</param>
public sealed record PveApiToken(string TokenId, string Secret) : PveCredential
{
    public override string ToString() => $"{nameof(PveApiToken)} {TokenId}";
}

/// <summary>A user and password, exchanged for a ticket that the client renews before its two hours end.</summary>
/// <param name="User">With its realm, <c>user@realm</c>.</param>
/// <param name="Password">Never printed.</param>
public sealed record PvePassword(string User, string Password) : PveCredential
{
    public override string ToString() => $"{nameof(PvePassword)} {User}";
}
