namespace MultiPanel.Proxmox.Http;

/// <summary>An API token goes with every call as it is, without a CSRF token.</summary>
internal sealed class TokenSignIn(PveApiToken token, PveSender sender) : SignIn
{
    private readonly Pass pass = new($"PVEAPIToken={token.TokenId}={token.Secret}", null, null);

    public override bool CanRenew => false;

    public override ValueTask<Pass> PassAsync(Pass? refused, CancellationToken ct) => ValueTask.FromResult(pass);

    public override Task CheckAsync(CancellationToken ct) => sender.SendAsync(new PveCall(HttpMethod.Get, "version"), pass, ct);

    public override void Dispose()
    {
    }
}
