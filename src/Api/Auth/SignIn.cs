using Microsoft.EntityFrameworkCore;
using MultiPanel.Api.Http;
using MultiPanel.Contracts.Auth;
using MultiPanel.Data;
using MultiPanel.Data.Users;

namespace MultiPanel.Api.Auth;

/// <summary>Believes a name and a password. An unknown user, a wrong password and an inactive user get the same answer after the same time.</summary>
internal sealed class SignIn(PanelDatabase database, SignInLimits limits, Passwords passwords)
{
    public const string InvalidCredentials = "invalid_credentials";

    /// <returns>As the database had them when the password was checked; <see cref="SignInStore.StartAsync"/> sees whether it still does.</returns>
    /// <exception cref="ProblemException">401: not believed. 429: too many attempts.</exception>
    public async Task<User> VerifyCredentialsAsync(LoginRequest request, HttpContext context)
    {
        var cancellation = context.RequestAborted;
        var trail = context.Features.Get<AuditTrail>();
        trail?.SigningIn = (null, request.Username, null);
        using var attempt = await limits.EnterAsync(request.Username, context.ClientNetwork(), cancellation);
        await using var db = database.OpenAll();
        var user = await db.Users.AsNoTracking().FindNamedAsync(request.Username, cancellation);
        trail?.SigningIn = (user?.Id, request.Username, user?.CompanyId);
        if (user is not null && attempt.IsSpent(user.Id))
        {
            // Checked against the hash of no user, which costs the same.
            await passwords.VerifyAsync(request.Password, null, attempt.Failures, cancellation);
            throw Refuse(attempt, user);
        }

        while (await passwords.VerifyAsync(request.Password, user?.PasswordHash, attempt.Failures, cancellation) && user is { Status: UserStatus.Active })
        {
            if (!passwords.IsOutdated(user.PasswordHash))
            {
                return user;
            }

            var (verified, rehashed) = (user.PasswordHash, await passwords.HashAsync(request.Password, cancellation));
            var isOurs = await db.Users.Where(u => u.Id == user.Id && u.PasswordHash == verified)
                .ExecuteUpdateAsync(u => u.SetProperty(x => x.PasswordHash, rehashed), cancellation) == 1;
            user = await db.Users.AsNoTracking().SingleOrDefaultAsync(u => u.Id == user.Id, cancellation);
            if (isOurs && user?.PasswordHash == rehashed)
            {
                return user;
            }

            // Another request was quicker: a sign-in with the same password, or a change of it. The check finds out which.
        }

        throw Refuse(attempt, user);
    }

    public static ProblemException Refused() => new(401, InvalidCredentials, "Invalid credentials");

    private static ProblemException Refuse(SignInAttempt attempt, User? user)
    {
        attempt.Failed(user?.Id);
        return Refused();
    }
}
