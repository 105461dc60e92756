using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using MultiPanel.Api.Http;
using MultiPanel.Contracts.Auth;
using MultiPanel.Contracts.Http;
using MultiPanel.Data;

namespace MultiPanel.Api.Auth;

internal static class AuthEndpoints
{
    /// <summary>Longer than any; hashing megabytes is nobody's wish.</summary>
    private const int Longest = 1024;

    public static void MapAuth(this IEndpointRouteBuilder api)
    {
        var auth = api.MapGroup("/auth").WithTags("Auth").Refuses(401);
        auth.MapPost("/login", LoginAsync).WithSummary("Sign in by user name or e-mail address").Refuses(429);
        auth.MapGet("/me", MeAsync).WithSummary("Who is signed in").RequireAuthorization(Permissions.SeeThemselves);
    }

    private static async Task<Ok<Envelope<LoginResult>>> LoginAsync(Body<LoginRequest> body, SignIn signIn, HttpContext context)
    {
        var request = body.Checked((login, rules) =>
        {
            rules.Required("username", login.Username);
            rules.Required("password", login.Password);
            rules.That(login.Username is not { Length: > 255 }, "username", "must be at most 255 characters long");
            rules.That(login.Password is not { Length: > Longest }, "password", $"must be at most {Longest} characters long");
        });
        var address = context.Connection.RemoteIpAddress?.ToString() ?? "";
        return Answers.Ok(await signIn.LoginAsync(request, address, context.RequestAborted));
    }

    private static async Task<Ok<Envelope<UserView>>> MeAsync(Caller caller, PanelDatabase database, CancellationToken cancellation)
    {
        await using var db = database.OpenAll();
        return Answers.Ok((await db.Users.AsNoTracking().SingleAsync(user => user.Id == caller.Id, cancellation)).ToView());
    }
}
