namespace MultiPanel.Proxmox;

/// <summary>An API token. Needs no CSRF token and does not expire by itself.</summary>
/// <param name="TokenId">The full token id, <c>user@realm!name</c>.</param>
/// <param name="Secret">The secret that Proxmox showed once. Never printed.</param>
public sealed record PveApiToken(string TokenId, string Secret) : PveCredential
{
    public override string ToString() => $"{nameof(PveApiToken)} {TokenId}";
}
