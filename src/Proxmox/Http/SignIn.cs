using Microsoft.Extensions.Logging;

namespace MultiPanel.Proxmox.Http;

/// <summary>Gets and keeps what lets calls in.</summary>
internal abstract class SignIn : IDisposable
{
    /// <summary>False where a refusal is final, as for a token.</summary>
    public abstract bool CanRenew { get; }

    public static SignIn For(PveCredential credential, PveSender sender, ILogger logger, TimeProvider time) => credential switch
    {
        PveApiToken token => new TokenSignIn(token, sender),
        PvePassword password => new TicketSignIn(password, sender, logger, time),
        _ => throw new ArgumentException($"{credential.GetType().Name} is no credential that this client knows.", nameof(credential)),
    };

    /// <param name="refused">One that Proxmox did not accept: it is not given again if there can be another.</param>
    public abstract ValueTask<Pass> PassAsync(Pass? refused, CancellationToken ct);

    /// <summary>Asks Proxmox whether the credential is good, whatever is held.</summary>
    public abstract Task CheckAsync(CancellationToken ct);

    public abstract void Dispose();
}
