using Microsoft.EntityFrameworkCore;
using MultiPanel.Api.Http;
using MultiPanel.Contracts.Auth;
using MultiPanel.Data;
using MultiPanel.Data.Users;

namespace MultiPanel.Api.Auth;

/// <summary>Signs users in. An unknown user, a wrong password and an inactive user get the same answer after the same time.</summary>
internal sealed class SignIn(PanelDatabase database, AccessTokens tokens, SignInLimits limits)
{
    public async Task<LoginResult> LoginAsync(LoginRequest request, string address, CancellationToken cancellation)
    {
        using var attempt = await limits.EnterAsync(request.Username, address, cancellation);
        await using var db = database.OpenAll();
        var user = await FindAsync(db, request.Username, cancellation);
        if (!Passwords.Verify(request.Password, user?.PasswordHash) || user is not { Status: UserStatus.Active })
        {
            attempt.Failed();
            throw new ProblemException(401, "invalid_credentials", "Invalid credentials");
        }

        if (Passwords.IsWeak(user.PasswordHash))
        {
            user.PasswordHash = Passwords.Hash(request.Password);
            await db.SaveChangesAsync(cancellation);
        }

        return new LoginResult(tokens.Make(user), user.ToView());
    }

    /// <summary>A user name goes before somebody else's e-mail address of the same text.</summary>
    private static async Task<User?> FindAsync(PanelDb db, string name, CancellationToken cancellation) =>
        await db.Users.FirstOrDefaultAsync(user => user.Username == name, cancellation)
        ?? await db.Users.FirstOrDefaultAsync(user => user.Email == name, cancellation);
}
