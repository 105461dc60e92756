using System.Text;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using MultiPanel.Api.Http;
using MultiPanel.Data.Users;

namespace MultiPanel.Api.Auth;

/// <summary>Makes access tokens, and says which are believed: HS256 with our secret, also those that other programs made.</summary>
internal sealed class AccessTokens(ApiSettings settings, TimeProvider clock)
{
    public const string Subject = "sub", Username = "username", Email = "email", Role = "role", Company = "company_id", IssuedAt = "iat";

    /// <summary>Marks a token as ours: it counts only while its sign-in does.</summary>
    public const string Session = "sid";

    /// <summary>Clocks of two hosts may differ by this much.</summary>
    private static readonly TimeSpan Skew = TimeSpan.FromSeconds(30);

    private readonly SymmetricSecurityKey key = new(Encoding.UTF8.GetBytes(settings.JwtSecret));

    /// <summary>Now; after a change of the password the second after it, from which on tokens count.</summary>
    public DateTime IssueTime(User user)
    {
        var now = clock.GetUtcNow().UtcDateTime;
        return user.TokensValidFrom > now ? user.TokensValidFrom.Value : now;
    }

    public string Make(User user, Guid session)
    {
        var issued = IssueTime(user);
        var claims = new Dictionary<string, object>
        {
            [Subject] = user.Id.ToString(System.Globalization.CultureInfo.InvariantCulture),
            [Username] = user.Username,
            [Email] = user.Email,
            [Role] = Words.Of(user.Role),
            [Session] = session.ToString(),
        };
        if (user.CompanyId is { } company)
        {
            claims[Company] = company;
        }

        return new JsonWebTokenHandler { SetDefaultTimesOnTokenCreation = false }.CreateToken(new SecurityTokenDescriptor
        {
            Claims = claims,
            IssuedAt = issued,
            Expires = issued + settings.AccessLifetime,
            SigningCredentials = new SigningCredentials(key, SecurityAlgorithms.HmacSha256),
        });
    }

    public TokenValidationParameters Validation() => new()
    {
        IssuerSigningKey = key,
        ValidAlgorithms = [SecurityAlgorithms.HmacSha256],
        ValidateIssuer = false,
        ValidateAudience = false,
        RequireExpirationTime = true,
        LifetimeValidator = (notBefore, expires, _, _) => IsInTime(notBefore, expires),
        NameClaimType = Username,
        RoleClaimType = Role,
    };

    private bool IsInTime(DateTime? notBefore, DateTime? expires)
    {
        var now = clock.GetUtcNow().UtcDateTime;
        return expires is not null && now < expires + Skew && (notBefore is null || now > notBefore - Skew);
    }
}
