using Microsoft.EntityFrameworkCore;
using MultiPanel.Api.Http;
using MultiPanel.Contracts.Auth;
using MultiPanel.Data;
using MultiPanel.Data.Users;

namespace MultiPanel.Api.Auth;

/// <summary>Sign-ins from the first token pair over its refreshes to the end. Each refresh token is taken once.</summary>
internal sealed class SignInStore(
    PanelDatabase database, AccessTokens access, RefreshTokens refresh, Accounts accounts, ApiSettings settings, TimeProvider clock)
{
    private DateTime Now => clock.GetUtcNow().UtcDateTime;

    /// <param name="believed">Whose password was checked.</param>
    /// <exception cref="ProblemException">401: the password was changed meanwhile, or the user disabled: it was checked for nothing.</exception>
    public async Task<LoginResult> StartAsync(User believed, CancellationToken cancellation)
    {
        await using var db = database.OpenAll();
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        if (await db.LockUserAsync(believed.Id, cancellation) is not { Status: UserStatus.Active } user || user.PasswordHash != believed.PasswordHash)
        {
            throw SignIn.Refused();
        }

        var result = Add(db, user);
        await db.SaveChangesAsync(cancellation);
        await transaction.CommitAsync(cancellation);
        return result;
    }

    /// <summary>Within the caller's transaction, who holds the user's row and saves.</summary>
    public LoginResult Add(PanelDb db, User user)
    {
        var id = Guid.CreateVersion7(clock.GetUtcNow());
        var token = refresh.Make(id);
        var started = access.IssueTime(user);
        db.LoginSessions.Add(new LoginSession
        {
            Id = id,
            UserId = user.Id,
            TokenHash = refresh.Hash(token),
            CreatedAt = started,
            RefreshedAt = started,
            ExpiresAt = Now + settings.RefreshLifetime,
        });
        return new LoginResult(access.Make(user, id), token, user.ToView());
    }

    /// <param name="whose">Called with the user as soon as that is known, also where the token is refused then.</param>
    /// <exception cref="ProblemException">401: it is none of ours, it is over, or it was used before, which ends the whole sign-in.</exception>
    public async Task<LoginResult> RefreshAsync(string token, Action<User> whose, CancellationToken cancellation)
    {
        var id = refresh.Read(token) ?? throw Refused();
        await using var db = database.OpenAll();
        var session = await db.LoginSessions.AsNoTracking().SingleOrDefaultAsync(s => s.Id == id, cancellation);
        if (session is null || await db.Users.AsNoTracking().SingleOrDefaultAsync(u => u.Id == session.UserId, cancellation) is not { } user)
        {
            throw Refused();
        }

        whose(user);
        if (session.EndedAt is not null || session.ExpiresAt <= Now || user.Status != UserStatus.Active || user.TokensValidFrom > session.CreatedAt)
        {
            throw Refused();
        }

        var (used, next) = (refresh.Hash(token), refresh.Make(id));
        var (hash, now) = (refresh.Hash(next), Now);
        var rotated = await db.LoginSessions.Where(s => s.Id == id && s.TokenHash == used && s.EndedAt == null).ExecuteUpdateAsync(
            s => s.SetProperty(x => x.TokenHash, hash).SetProperty(x => x.RefreshedAt, now).SetProperty(x => x.ExpiresAt, now + settings.RefreshLifetime),
            cancellation);
        if (rotated == 0)
        {
            await EndAsync(id, cancellation);
            throw new ProblemException(401, "refresh_token_reused", "This refresh token was used before, so the sign-in was ended; sign in again.");
        }

        return new LoginResult(access.Make(user, id), next, user.ToView());
    }

    /// <returns>Null: there is no such sign-in, or its user is no more.</returns>
    public async Task<User?> OwnerAsync(Guid id, CancellationToken cancellation)
    {
        await using var db = database.OpenAll();
        return await db.Users.AsNoTracking().SingleOrDefaultAsync(
            user => db.LoginSessions.Any(session => session.Id == id && session.UserId == user.Id), cancellation);
    }

    public async Task EndAsync(Guid id, CancellationToken cancellation)
    {
        var now = Now;
        await using var db = database.OpenAll();
        await db.LoginSessions.Where(s => s.Id == id && s.EndedAt == null).ExecuteUpdateAsync(s => s.SetProperty(x => x.EndedAt, now), cancellation);
        accounts.Forget(id);
    }

    /// <returns>Whose it is; null: none of ours.</returns>
    public Guid? Read(string token) => refresh.Read(token);

    private static ProblemException Refused() =>
        new(401, "invalid_refresh_token", "The refresh token is not valid, or its sign-in is over; sign in again.");
}
