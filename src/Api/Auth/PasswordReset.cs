using Microsoft.EntityFrameworkCore;
using MultiPanel.Api.Http;
using MultiPanel.Contracts.Auth;
using MultiPanel.Data;
using MultiPanel.Data.Users;
using MultiPanel.Hosting.Mails;

namespace MultiPanel.Api.Auth;

/// <summary>For users who cannot sign in: a link by mail, and the password that is set by it, once.</summary>
internal sealed class PasswordReset(
    PanelDatabase database, Passwords passwords, PasswordChange tokens, ResetLimits limits, Accounts accounts, MailOutbox mails, TimeProvider clock)
{
    /// <summary>Writes down only the name that was given, so that neither the answer nor its time reveals whether there is such a user.</summary>
    /// <exception cref="ProblemException">503: mail is off. 429: too many requests.</exception>
    public async Task AskAsync(string name, HttpContext context)
    {
        if (!mails.IsOn)
        {
            throw Problems.NoMail("Ask an administrator for a new password (PATCH /api/users/{id}).");
        }

        context.Features.Get<AuditTrail>()?.SigningIn = (null, name, null);
        limits.Enter(name, context.ClientNetwork());
        await using var db = database.OpenAll();
        mails.AddPasswordReset(db, name);
        await db.SaveChangesAsync(context.RequestAborted);
        mails.Wake();
    }

    /// <exception cref="ProblemException">400: the link is none, was used, is over, or is not the newest.</exception>
    public async Task<User> SetAsync(ResetPasswordRequest request, HttpContext context)
    {
        var (hash, now, cancellation) = (PasswordLink.Hash(request.Token), clock.GetUtcNow().UtcDateTime, context.RequestAborted);
        await using var db = database.OpenAll();
        var user = await db.Users.SingleOrDefaultAsync(u => u.PasswordLinkHash == hash && u.PasswordLinkUntil > now, cancellation);
        if (user is not { Status: UserStatus.Active })
        {
            throw Invalid();
        }

        context.Features.Get<AuditTrail>()?.SigningIn = (user.Id, user.Username, user.CompanyId);
        user.PasswordHash = await passwords.HashAsync(request.Password, cancellation);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        var taken = await db.Users.Where(u => u.Id == user.Id && u.PasswordLinkHash == hash).ExecuteUpdateAsync(
            u => u.SetProperty(x => x.PasswordLinkHash, (string?)null).SetProperty(x => x.PasswordLinkUntil, (DateTime?)null), cancellation);
        if (taken == 0)
        {
            throw Invalid();
        }

        await tokens.EndTokensAsync(db, user, cancellation);
        await db.SaveChangesAsync(cancellation);
        await transaction.CommitAsync(cancellation);
        accounts.Forget(user.Id);
        return user;
    }

    private static ProblemException Invalid() => new(
        StatusCodes.Status400BadRequest, "invalid_link", "This link does not work (any more): it was used, its time is over, or a newer one was sent. Ask for a new one.");
}
