using System.Text;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using MultiPanel.Api.Http;
using MultiPanel.Data.Users;

namespace MultiPanel.Api.Auth;

/// <summary>Makes access tokens, and says which are believed: HS256 with our secret, whoever made them.</summary>
internal sealed class AccessTokens(ApiSettings settings, TimeProvider clock)
{
    public const string Subject = "sub", Username = "username", Role = "role";

    private static readonly TimeSpan Lifetime = TimeSpan.FromHours(24);

    /// <summary>Clocks of two hosts may differ by this much.</summary>
    private static readonly TimeSpan Skew = TimeSpan.FromSeconds(30);

    private readonly SymmetricSecurityKey key = new(Encoding.UTF8.GetBytes(settings.JwtSecret));

    public string Make(User user)
    {
        var now = clock.GetUtcNow().UtcDateTime;
        var claims = new Dictionary<string, object>
        {
            [Subject] = user.Id.ToString(System.Globalization.CultureInfo.InvariantCulture),
            [Username] = user.Username,
            ["email"] = user.Email,
            [Role] = Words.Of(user.Role),
        };
        if (user.CompanyId is { } company)
        {
            claims["company_id"] = company;
        }

        return new JsonWebTokenHandler { SetDefaultTimesOnTokenCreation = false }.CreateToken(new SecurityTokenDescriptor
        {
            Claims = claims,
            IssuedAt = now,
            Expires = now + Lifetime,
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
