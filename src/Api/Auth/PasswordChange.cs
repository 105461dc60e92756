using Microsoft.EntityFrameworkCore;
using MultiPanel.Api.Http;
using MultiPanel.Contracts.Auth;
using MultiPanel.Data;
using MultiPanel.Data.Users;

namespace MultiPanel.Api.Auth;

/// <summary>Changes passwords and ends what was signed in with the old one: access, refresh and API tokens; links in mails too.</summary>
internal sealed class PasswordChange(
    PanelDatabase database, Passwords passwords, SignInLimits limits, SignInStore sessions, Accounts accounts, TimeProvider clock)
{
    /// <returns>A new sign-in, so that the user who changed it can go on.</returns>
    /// <exception cref="ProblemException">403: the current password is wrong. 429: too many attempts.</exception>
    public async Task<LoginResult> ChangeAsync(int id, PasswordRequest request, string network, CancellationToken cancellation)
    {
        await using var db = database.OpenAll();
        var known = await db.Users.AsNoTracking().SingleAsync(u => u.Id == id, cancellation);
        using (var attempt = await limits.EnterAsync(known.Username, network, cancellation))
        {
            if (attempt.IsSpent(id))
            {
                throw SignInLimits.TooMany();
            }

            if (!await passwords.VerifyAsync(request.CurrentPassword, known.PasswordHash, attempt.Failures, cancellation))
            {
                attempt.Failed(id);
                throw Wrong();
            }
        }

        var hash = await passwords.HashAsync(request.NewPassword, cancellation);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        if (await db.LockUserAsync(id, cancellation) is not { Status: UserStatus.Active } user || user.PasswordHash != known.PasswordHash)
        {
            // An administrator has set another one meanwhile, which counts; it is not to be overwritten with this one.
            throw Wrong();
        }

        user.PasswordHash = hash;
        await EndTokensAsync(db, user, cancellation);
        var result = sessions.Add(db, user);
        await db.SaveChangesAsync(cancellation);
        await transaction.CommitAsync(cancellation);
        accounts.Forget(id);
        return result;
    }

    /// <summary>Within the caller's transaction, who also saves the user and then notifies <see cref="Accounts"/>.</summary>
    public async Task EndTokensAsync(PanelDb db, User user, CancellationToken cancellation)
    {
        // First of all: no sign-in with the old password begins after its sessions are gone.
        await db.LockUserAsync(user.Id, cancellation);

        // Tokens count whole seconds: those of this second end too, the next ones bear the second after it.
        var now = clock.GetUtcNow().ToUnixTimeSeconds();
        user.TokensValidFrom = DateTimeOffset.FromUnixTimeSeconds(now + 1).UtcDateTime;
        (user.PasswordLinkHash, user.PasswordLinkUntil) = (null, null);
        await db.LoginSessions.Where(session => session.UserId == user.Id).ExecuteDeleteAsync(cancellation);
        await db.ApiTokens.IgnoreQueryFilters().Where(token => token.UserId == user.Id).ExecuteDeleteAsync(cancellation);
    }
    private static ProblemException Wrong() => new(403, "wrong_password", "The current password is not right.");
}
