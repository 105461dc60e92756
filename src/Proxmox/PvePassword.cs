namespace MultiPanel.Proxmox;

/// <summary>A user and password, exchanged for a ticket that the client renews before its two hours end.</summary>
/// <param name="User">With its realm, <c>user@realm</c>.</param>
/// <param name="Password">Never printed.</param>
public sealed record PvePassword(string User, string Password) : PveCredential
{
    public override string ToString() => $"{nameof(PvePassword)} {User}";
}
