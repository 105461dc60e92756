using Microsoft.EntityFrameworkCore;
using MultiPanel.Api.Http;
using MultiPanel.Contracts.Auth;
using MultiPanel.Data;
using MultiPanel.Data.Users;

namespace MultiPanel.Api.Auth;

/// <summary>Changes passwords and ends what was signed in with the old one: access, refresh and API tokens; links in mails too.</summary>
internal sealed class PasswordChange(
    PanelDatabase database, Passwords passwords, SignInLimits limits, LoginSessions sessions, Accounts accounts, TimeProvider clock)
{
    /// <returns>A new sign-in, so that whoever changed it can go on.</returns>
    /// <exception cref="ProblemException">403: the current password is wrong. 429: too many attempts.</exception>
    public async Task<LoginResult> ChangeAsync(int id, PasswordRequest request, string network, CancellationToken cancellation)
    {
        await using var db = database.OpenAll();
        var user = await db.Users.SingleAsync(u => u.Id == id, cancellation);
        using (var attempt = await limits.EnterAsync(user.Username, network, cancellation))
        {
            if (attempt.IsSpent(id))
            {
                throw SignInLimits.TooMany();
            }

            if (!await passwords.VerifyAsync(request.CurrentPassword, user.PasswordHash, attempt.Failures, cancellation))
            {
                attempt.Failed(id);
                throw new ProblemException(403, "wrong_password", "The current password is not right.");
            }
        }

        user.PasswordHash = await passwords.HashAsync(request.NewPassword, cancellation);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        await EndTokensAsync(db, user, cancellation);
        await db.SaveChangesAsync(cancellation);
        await transaction.CommitAsync(cancellation);
        accounts.Forget(id);
        return await sessions.StartAsync(user, cancellation);
    }

    /// <summary>Within the caller's transaction, who also saves the user and then tells <see cref="Accounts"/>.</summary>
    public async Task EndTokensAsync(PanelDb db, User user, CancellationToken cancellation)
    {
        // Tokens count whole seconds: those of this second end too, the next ones bear the second after it.
        var now = clock.GetUtcNow().ToUnixTimeSeconds();
        user.TokensValidFrom = DateTimeOffset.FromUnixTimeSeconds(now + 1).UtcDateTime;
        (user.PasswordLinkHash, user.PasswordLinkUntil) = (null, null);
        await db.LoginSessions.Where(session => session.UserId == user.Id).ExecuteDeleteAsync(cancellation);
        await db.ApiTokens.IgnoreQueryFilters().Where(token => token.UserId == user.Id).ExecuteDeleteAsync(cancellation);
    }
}
