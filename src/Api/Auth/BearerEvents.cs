using System.Globalization;
using System.Security.Claims;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using MultiPanel.Api.Http;

namespace MultiPanel.Api.Auth;

/// <summary>A token says who; what they may is the database's word, not the token's.</summary>
internal sealed class BearerEvents(Accounts accounts) : JwtBearerEvents
{
    public override async Task TokenValidated(TokenValidatedContext context)
    {
        var subject = context.Principal?.FindFirstValue(AccessTokens.Subject);
        if (!int.TryParse(subject, NumberStyles.None, CultureInfo.InvariantCulture, out var id)
            || await accounts.FindActiveAsync(id, context.HttpContext.RequestAborted) is not { } user)
        {
            context.Fail("The token's user is unknown or inactive.");
            return;
        }

        var identity = new ClaimsIdentity(
            [
                new Claim(AccessTokens.Subject, subject),
                new Claim(AccessTokens.Username, user.Username),
                new Claim(AccessTokens.Role, Words.Of(user.Role)),
            ],
            context.Scheme.Name,
            AccessTokens.Username,
            AccessTokens.Role);
        context.Principal = new ClaimsPrincipal(identity);
        context.HttpContext.Features.Set(Caller.Of(user));
    }
}
