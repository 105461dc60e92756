using Microsoft.EntityFrameworkCore;
using MultiPanel.Contracts.Auth;
using MultiPanel.Data;
using MultiPanel.Data.Tokens;
using MultiPanel.Data.Users;

namespace MultiPanel.Api.Auth;

/// <summary>Looks up the user that a token names, so that the token of a disabled user ends within seconds, and on this host at once.</summary>
internal sealed class Accounts(PanelDatabase database, TimeProvider clock)
{
    /// <summary>How long another host may go on with what it knows; also how often one user costs a query.</summary>
    private static readonly TimeSpan Kept = TimeSpan.FromSeconds(3);

    private readonly ShortMemory<int, User?> users = new(Kept, clock);
    private readonly ShortMemory<Guid, LoginSession?> sessions = new(Kept, clock);
    private readonly ShortMemory<string, ApiToken?> tokens = new(Kept, clock);

    public Task<User?> FindAsync(int id, CancellationToken cancellation) => users.GetAsync(id, async () =>
    {
        await using var db = database.OpenAll();
        return await db.Users.AsNoTracking().SingleOrDefaultAsync(user => user.Id == id, cancellation);
    });

    /// <param name="issued">The token's <c>iat</c>, in seconds since 1970; 0: it has none.</param>
    /// <returns>Null: the user may not sign in, or has changed the password since.</returns>
    public async Task<User?> FindActiveAsync(int id, long issued, CancellationToken cancellation) =>
        await FindAsync(id, cancellation) is { Status: UserStatus.Active } user
        && (user.TokensValidFrom is not { } from || issued >= new DateTimeOffset(from).ToUnixTimeSeconds())
            ? user
            : null;

    /// <summary>Not signed out.</summary>
    public async Task<bool> IsOpenAsync(Guid session, int user, CancellationToken cancellation)
    {
        var found = await sessions.GetAsync(session, async () =>
        {
            await using var db = database.OpenAll();
            return await db.LoginSessions.AsNoTracking().SingleOrDefaultAsync(s => s.Id == session, cancellation);
        });
        return found is { EndedAt: null } && found.UserId == user;
    }

    /// <param name="hash">Of the API token.</param>
    /// <returns>Null: there is none, or it is over.</returns>
    public async Task<ApiToken?> FindTokenAsync(string hash, CancellationToken cancellation)
    {
        var token = await tokens.GetAsync(hash, async () =>
        {
            await using var db = database.OpenAll();
            return await db.ApiTokens.AsNoTracking().SingleOrDefaultAsync(t => t.Hash == hash, cancellation);
        });
        return token is null || token.ExpiresAt <= clock.GetUtcNow().UtcDateTime ? null : token;
    }

    /// <summary>Still the same user with the same rights, signed in the same way.</summary>
    public async Task<bool> IsStillAuthorizedAsync(Caller caller, CancellationToken cancellation)
    {
        if (caller.UserId is not { } id)
        {
            return true;
        }

        return await FindActiveAsync(id, caller.Issued, cancellation) is { } user
            && (user.Role, user.CompanyId) == (caller.Role, caller.CompanyId)
            && (caller.Session is not { } session || await IsOpenAsync(session, id, cancellation))
            && (caller.Token is not { } token || await FindTokenAsync(token.Hash, cancellation) is not null);
    }

    public void Forget(int user) => users.Forget(user);

    public void Forget(Guid session) => sessions.Forget(session);

    public void Forget(ApiToken token) => tokens.Forget(token.Hash);
}
