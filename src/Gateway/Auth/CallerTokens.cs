using System.Text;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using MultiPanel.Gateway.Settings;

namespace MultiPanel.Gateway.Auth;

/// <summary>
/// Which bearer tokens are passed on: access tokens, HS256 with our secret, not expired, and API tokens that the main panel
/// knows. Whose they are and what they may is its word; here nothing gets through that it would refuse anyway.
/// </summary>
internal static class CallerTokens
{
    /// <summary>Clocks of two hosts may differ by this much; the main panel allows the same.</summary>
    private static readonly TimeSpan Skew = TimeSpan.FromSeconds(30);

    public static void AddCallerTokens(this IServiceCollection services, GatewaySettings settings)
    {
        services.AddSingleton(TimeProvider.System);
        services.AddSingleton<ApiTokenVerifier>();
        services.AddSingleton<CallerEvents>();
        services.AddAuthentication(JwtBearerDefaults.AuthenticationScheme).AddJwtBearer(options =>
        {
            options.MapInboundClaims = false;
            options.IncludeErrorDetails = false;
            options.EventsType = typeof(CallerEvents);
        });
        services.AddOptions<JwtBearerOptions>(JwtBearerDefaults.AuthenticationScheme)
            .Configure<TimeProvider>((options, clock) => options.TokenValidationParameters = Validation(settings.JwtSecret, clock));
        services.AddAuthorization();
    }

    /// <returns>Null: it is signed with this secret, be it expired or not.</returns>
    public static string? WhyNotOurs(string token, string secret)
    {
        var validation = Validation(secret, TimeProvider.System);
        validation.LifetimeValidator = (_, expires, _, _) => expires is not null;
        var result = new JsonWebTokenHandler().ValidateTokenAsync(token, validation).GetAwaiter().GetResult();
        return result.Exception switch
        {
            null => null,
            SecurityTokenMalformedException or ArgumentException => "is not a JWT",
            SecurityTokenInvalidLifetimeException or SecurityTokenNoExpirationException => "has no expiry (exp)",
            SecurityTokenInvalidAlgorithmException => "is not signed with HS256",
            _ => "is not signed with JWT_SECRET by HS256: the main panel would refuse it",
        };
    }

    public static DateTimeOffset ExpiryOf(string token) => new JsonWebToken(token).ValidTo;

    private static TokenValidationParameters Validation(string secret, TimeProvider clock) => new()
    {
        IssuerSigningKey = new SymmetricSecurityKey(Encoding.UTF8.GetBytes(secret)),
        ValidAlgorithms = [SecurityAlgorithms.HmacSha256],
        ValidateIssuer = false,
        ValidateAudience = false,
        RequireExpirationTime = true,
        RequireSignedTokens = true,
        LifetimeValidator = (notBefore, expires, _, _) => IsInTime(notBefore, expires, clock.GetUtcNow().UtcDateTime),
    };

    private static bool IsInTime(DateTime? notBefore, DateTime? expires, DateTime now) =>
        expires is not null && now < expires + Skew && (notBefore is null || now > notBefore - Skew);
}
