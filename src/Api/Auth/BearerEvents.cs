using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.IdentityModel.Tokens;
using MultiPanel.Api.Http;
using MultiPanel.Contracts.Http;

namespace MultiPanel.Api.Auth;

/// <summary>A bearer token says who, be it an access token or an API token; what they may, <see cref="CallerLookup"/> finds out.</summary>
internal sealed class BearerEvents(CallerLookup callers, TimeProvider clock) : JwtBearerEvents
{
    private const string Scheme = "Bearer ";

    public override async Task MessageReceived(MessageReceivedContext context)
    {
        var header = context.Request.Headers.Authorization.ToString();
        if (!header.StartsWith(Scheme + TokenSecrets.Prefix, StringComparison.OrdinalIgnoreCase))
        {
            if (header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) && JwtForm.Problem(header[Scheme.Length..].Trim()) is { } problem)
            {
                Refuse(context.HttpContext, problem);
                context.Fail(problem);
            }

            return;
        }

        if (await callers.OfApiTokenAsync(header[Scheme.Length..].Trim(), context.HttpContext.RequestAborted) is not { } caller)
        {
            context.Fail("The API token is unknown, over, or its user inactive.");
            return;
        }

        context.Principal = SignIn(caller, context.HttpContext, context.Scheme);
        context.Success();
    }

    /// <summary>Only of a token whose signature is ours: what is wrong with another's is nobody's business.</summary>
    public override Task AuthenticationFailed(AuthenticationFailedContext context)
    {
        if (context.Exception is SecurityTokenInvalidLifetimeException late)
        {
            Refuse(context.HttpContext, late.Expires > clock.GetUtcNow().UtcDateTime ? "The token is not valid yet: its nbf is to come." : "The token has expired; sign in again.");
        }

        return Task.CompletedTask;
    }

    public override async Task TokenValidated(TokenValidatedContext context)
    {
        if (context.Principal is not { } token || await callers.OfAccessTokenAsync(token, context.HttpContext.RequestAborted) is not { } caller)
        {
            context.Fail("The token's user is unknown or inactive, or has signed out.");
            return;
        }

        context.Principal = SignIn(caller, context.HttpContext, context.Scheme);
    }

    private static void Refuse(HttpContext context, string why) => context.Features.Set(new TokenRefusal(why));

    private static ClaimsPrincipal SignIn(Caller caller, HttpContext context, AuthenticationScheme scheme)
    {
        context.Features.Set(caller);
        return new ClaimsPrincipal(new ClaimsIdentity(
            [new Claim(AccessTokens.Username, caller.Username), new Claim(AccessTokens.Role, Words.Of(caller.Role))],
            scheme.Name,
            AccessTokens.Username,
            AccessTokens.Role));
    }
}
