using System.Globalization;
using System.Security.Claims;
using MultiPanel.Api.Http;
using MultiPanel.Contracts.Auth;

namespace MultiPanel.Api.Auth;

/// <summary>
/// Finds the caller that a bearer token names. For users the database counts, not the token. A token that another program made with
/// our secret is a service's only if the settings list its name; any other names a user, and without that user it is nothing: one
/// who was renamed or deleted leaves no token alive. docs/adr/0012 and 0021 have the reasons.
/// </summary>
internal sealed class CallerLookup(Accounts accounts, TokenUse use, ApiSettings settings)
{
    /// <returns>Null: refused.</returns>
    public async Task<Caller?> OfAccessTokenAsync(ClaimsPrincipal token, CancellationToken cancellation)
    {
        var subject = Number(token, AccessTokens.Subject);
        var issued = Number(token, AccessTokens.IssuedAt) ?? 0;
        if (token.FindFirstValue(AccessTokens.Session) is { } text)
        {
            // One of ours: without its user or its sign-in it is nothing.
            return Guid.TryParse(text, out var session) && AsId(subject) is { } owner
                && await accounts.IsOpenAsync(session, owner, cancellation)
                && await accounts.FindActiveAsync(owner, issued, cancellation) is { } user
                    ? Caller.Of(user) with { Session = session, Issued = issued }
                    : null;
        }

        var name = token.FindFirstValue(AccessTokens.Username);
        if (AsId(subject) is { } id
            && await accounts.FindAsync(id, cancellation) is { } known
            && (string.IsNullOrEmpty(name) || string.Equals(known.Username, name, StringComparison.OrdinalIgnoreCase)))
        {
            return await accounts.FindActiveAsync(id, issued, cancellation) is { } user ? Caller.Of(user) with { Issued = issued } : null;
        }

        return name is not null && settings.IsService(name) ? OfService(token, AsId(subject) ?? 0, name, issued) : null;
    }

    /// <param name="secret">An API token as it was shown.</param>
    /// <returns>Null: refused.</returns>
    public async Task<Caller?> OfApiTokenAsync(string secret, CancellationToken cancellation)
    {
        if (await accounts.FindTokenAsync(TokenSecrets.Hash(secret), cancellation) is not { } token
            || await accounts.FindActiveAsync(token.UserId, long.MaxValue, cancellation) is not { } user)
        {
            return null;
        }

        await use.NoteAsync(token, cancellation);
        return Caller.Of(user) with { Token = token, Issued = long.MaxValue };
    }

    private static Caller? OfService(ClaimsPrincipal token, int subject, string name, long issued)
    {
        if (Words.Parse<Role>(token.FindFirstValue(AccessTokens.Role) ?? "") is not { } role)
        {
            return null;
        }

        var company = role == Role.SuperAdmin ? null : AsId(Number(token, AccessTokens.Company));
        return new Caller(0, name, role, company)
        {
            Issued = issued,
            Service = new UserView
            {
                Id = subject,
                Username = name,
                Email = token.FindFirstValue(AccessTokens.Email) ?? "",
                Role = role,
                CompanyId = company,
                Status = UserStatus.Active,
            },
        };
    }

    private static int? AsId(long? number) => number is > 0 and <= int.MaxValue ? (int)number : null;

    private static long? Number(ClaimsPrincipal token, string claim) =>
        long.TryParse(token.FindFirstValue(claim), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
