using System.Security.Claims;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.IdentityModel.Tokens;
using MultiPanel.Contracts.Http;
using MultiPanel.Gateway.Http;

namespace MultiPanel.Gateway.Auth;

/// <summary>An API token in the place of an access token; and what is answered to a caller who is not let in.</summary>
internal sealed class CallerEvents(ApiTokenVerifier tokens, TimeProvider clock) : JwtBearerEvents
{
    private const string Scheme = "Bearer ";

    public override async Task MessageReceived(MessageReceivedContext context)
    {
        var header = context.Request.Headers.Authorization.ToString();
        if (!header.StartsWith(Scheme + ApiTokenVerifier.Prefix, StringComparison.OrdinalIgnoreCase))
        {
            if (header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) && JwtForm.Problem(header[Scheme.Length..].Trim()) is { } wrong)
            {
                Refuse(context.HttpContext, wrong);
                context.Fail(wrong);
            }

            return;
        }

        var network = ClientNetwork.Of(context.HttpContext.Connection.RemoteIpAddress);
        if (await tokens.WhyNotAsync(header[Scheme.Length..].Trim(), network, context.HttpContext.RequestAborted) is { } problem)
        {
            context.HttpContext.Features.Set(problem);
            context.Fail(problem.Detail);
            return;
        }

        // Whose it is and what it may, the main panel says to the request itself.
        context.Principal = new ClaimsPrincipal(new ClaimsIdentity(context.Scheme.Name));
        context.Success();
    }

    /// <summary>Only of a token whose signature is right.</summary>
    public override Task AuthenticationFailed(AuthenticationFailedContext context)
    {
        if (context.Exception is SecurityTokenInvalidLifetimeException late)
        {
            Refuse(context.HttpContext, late.Expires > clock.GetUtcNow().UtcDateTime ? "The token is not valid yet: its nbf is to come." : "The token has expired; sign in again.");
        }

        return Task.CompletedTask;
    }

    public override Task Challenge(JwtBearerChallengeContext context)
    {
        context.HandleResponse();
        var problem = context.HttpContext.Features.Get<Problem>() ?? Problem.Bare(StatusCodes.Status401Unauthorized);
        if (problem.Status == StatusCodes.Status401Unauthorized)
        {
            context.Response.Headers.WWWAuthenticate = JwtBearerDefaults.AuthenticationScheme;
        }

        return problem.WriteAsync(context.HttpContext);
    }

    private static void Refuse(HttpContext context, string why) =>
        context.Features.Set(Problem.Bare(StatusCodes.Status401Unauthorized) with { Detail = why });
}
