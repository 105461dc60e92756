using MultiPanel.Api.Audit;
using MultiPanel.Api.Http;
using MultiPanel.Contracts.Auth;
using MultiPanel.Data;
using MultiPanel.Data.Users;

namespace MultiPanel.Api.Auth;

/// <summary>Believes a name and a password. An unknown user, a wrong password and an inactive user get the same answer after the same time.</summary>
internal sealed class SignIn(PanelDatabase database, SignInLimits limits, Passwords passwords)
{
    public const string InvalidCredentials = "invalid_credentials";

    /// <exception cref="ProblemException">401: not believed. 429: too many attempts.</exception>
    public async Task<User> BelieveAsync(LoginRequest request, HttpContext context)
    {
        var cancellation = context.RequestAborted;
        var trail = context.Features.Get<AuditTrail>();
        trail?.SigningIn = (null, request.Username, null);
        using var attempt = await limits.EnterAsync(request.Username, context.ClientNetwork(), cancellation);
        await using var db = database.OpenAll();
        var user = await db.Users.FindNamedAsync(request.Username, cancellation);
        trail?.SigningIn = (user?.Id, request.Username, user?.CompanyId);

        // Where they were guessed at too often, it is checked against nobody's hash, which costs the same.
        var hash = user is not null && attempt.IsSpent(user.Id) ? null : user?.PasswordHash;
        if (!await passwords.VerifyAsync(request.Password, hash, attempt.Failures, cancellation) || user is not { Status: UserStatus.Active })
        {
            attempt.Failed(user?.Id);
            throw new ProblemException(401, InvalidCredentials, "Invalid credentials");
        }

        if (passwords.IsOutdated(user.PasswordHash))
        {
            user.PasswordHash = await passwords.HashAsync(request.Password, cancellation);
            await db.SaveChangesAsync(cancellation);
        }

        return user;
    }
}
