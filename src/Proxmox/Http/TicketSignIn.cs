using Microsoft.Extensions.Logging;
using MultiPanel.Proxmox.Errors;

namespace MultiPanel.Proxmox.Http;

/// <summary>A ticket is good for two hours on every node of the cluster, and renewed by sending it as the password.</summary>
internal sealed class TicketSignIn(PvePassword password, PveSender sender, ILogger logger, TimeProvider time) : SignIn
{
    private static readonly TimeSpan RenewAfter = TimeSpan.FromMinutes(90);
    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(115);

    /// <summary>A wrong password takes Proxmox 3 s to refuse; callers that wait for a ticket learn it at once.</summary>
    private static readonly TimeSpan RefusalStands = TimeSpan.FromSeconds(10);

    private readonly SemaphoreSlim oneAtATime = new(1, 1);
    private volatile Held? held;
    private (PveFault Why, DateTimeOffset At)? refusal;

    public override bool CanRenew => true;

    public override async ValueTask<Pass> PassAsync(Pass? refused, CancellationToken ct)
    {
        if (Current(refused) is { } current)
        {
            return current;
        }

        await oneAtATime.WaitAsync(ct);
        try
        {
            return Current(refused) ?? await ObtainAsync(refused, ct);
        }
        finally
        {
            oneAtATime.Release();
        }
    }

    public override async Task CheckAsync(CancellationToken ct)
    {
        await oneAtATime.WaitAsync(ct);
        try
        {
            await TicketAsync(password.Password, ct);
        }
        finally
        {
            oneAtATime.Release();
        }
    }

    public override void Dispose() => oneAtATime.Dispose();

    private Pass? Current(Pass? refused) =>
        held is { } ticket && ticket.Pass != refused && time.GetUtcNow() < ticket.At + RenewAfter ? ticket.Pass : null;

    private async Task<Pass> ObtainAsync(Pass? refused, CancellationToken ct)
    {
        var old = held is { } ticket && ticket.Pass != refused && time.GetUtcNow() < ticket.At + Lifetime ? ticket.Pass : null;
        if (old is not null && await RenewAsync(old, ct) is { } renewed)
        {
            return renewed;
        }

        if (refusal is { } last && time.GetUtcNow() < last.At + RefusalStands)
        {
            throw new PveAuthenticationException(last.Why);
        }

        try
        {
            return await TicketAsync(password.Password, ct);
        }
        catch (PveAuthenticationException why)
        {
            refusal = (why.Fault, time.GetUtcNow());
            throw;
        }
    }

    /// <returns>The new ticket; the old one where no answer came and it still is good; null where it was refused.</returns>
    private async Task<Pass?> RenewAsync(Pass old, CancellationToken ct)
    {
        try
        {
            return await TicketAsync(old.Ticket!, ct);
        }
        catch (PveAuthenticationException)
        {
            logger.LogInformation("Proxmox refused to renew the ticket of {User}; signing in again", password.User);
            return null;
        }
        catch (PveException why)
        {
            logger.LogWarning(why, "The ticket of {User} could not be renewed; going on with the old one", password.User);
            return old;
        }
    }

    private async Task<Pass> TicketAsync(string secret, CancellationToken ct)
    {
        var call = new PveCall(HttpMethod.Post, "access/ticket", new PveForm { { "username", password.User }, { "password", secret } }) { Repeatable = true, HasEffect = false };
        var asked = time.GetUtcNow();
        var data = (await sender.SendAsync(call, Pass.None, ct)).Data;
        if (data.Text("ticket") is not { } ticket || data.Flag("NeedTFA"))
        {
            throw new PveAuthenticationException(call.Fault($"{password.User} needs a second factor; use an API token.") with { Status = 200 });
        }

        var pass = new Pass(null, ticket, data.Text("CSRFPreventionToken"));
        held = new Held(pass, asked);
        refusal = null;
        return pass;
    }

    private sealed record Held(Pass Pass, DateTimeOffset At);
}
