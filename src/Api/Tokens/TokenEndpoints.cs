using System.ComponentModel;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;
using MultiPanel.Api.Auth;
using MultiPanel.Api.Http;
using MultiPanel.Contracts.Http;
using MultiPanel.Contracts.Tokens;
using MultiPanel.Data;
using MultiPanel.Data.Tokens;

namespace MultiPanel.Api.Tokens;

internal static class TokenEndpoints
{
    /// <summary>Of one user; more are forgotten ones.</summary>
    private const int Most = 100;

    public static void AddTokens(this IServiceCollection services) => services.AddSingleton<TokenUse>();

    public static void MapTokens(this IEndpointRouteBuilder api)
    {
        var tokens = api.MapGroup("/tokens").WithTags("API tokens");
        tokens.MapGet("", ListAsync).WithSummary("One's own API tokens, newest first; administrators name another user")
            .RequireAuthorization(Permissions.SeeThemselves).Refuses(404);
        var manage = tokens.MapGroup("").RequireAuthorization(Permissions.ManageThemselves);
        manage.MapPost("", CreateAsync).WithSummary("Make an API token; it is shown this once").Refuses(409, 413, 415);
        manage.MapDelete("/{id:int}", DeleteAsync).WithSummary("Revoke an API token; administrators those of their users too").Refuses(404);
    }

    private static async Task<Ok<ListEnvelope<TokenView>>> ListAsync(
        [FromQuery(Name = "user_id"), Description("Another user's, for administrators")] string? userId,
        string? limit,
        string? cursor,
        PanelDb db,
        Caller caller,
        CancellationToken cancellation)
    {
        var (user, page) = Query.Checked(rules => (QueryText.Id("user_id", userId, rules), Page<int>.Read(limit, cursor, rules)));
        var owner = user ?? caller.Id;
        if (owner != caller.Id && (!caller.Allows(Permissions.ReadUsers) || !await db.Users.AnyAsync(u => u.Id == owner, cancellation)))
        {
            throw Problems.NotFound("user", owner);
        }

        var rows = await db.ApiTokens.AsNoTracking()
            .Where(token => token.UserId == owner && (page.After == null || token.Id < page.After))
            .OrderByDescending(token => token.Id).Take(page.Limit + 1).ToListAsync(cancellation);
        var (shown, next) = page.Cut(rows, token => token.Id);
        return Answers.List([.. shown.Select(View)], next);
    }

    private static async Task<Created<Envelope<CreatedToken>>> CreateAsync(
        Body<CreateTokenRequest> body, PanelDb db, Caller caller, TimeProvider clock, CancellationToken cancellation)
    {
        var now = clock.GetUtcNow().UtcDateTime;
        var request = body.Checked((token, rules) =>
        {
            rules.Required("name", token.Name);
            rules.That(token.Name is not { Length: > 100 }, "name", "must be at most 100 characters long");
            rules.Line("name", token.Name, 400);
            rules.That(token.ExpiresAt is not { } end || end > now, "expires_at", "must be in the future");
            rules.That(caller.Token?.ExpiresAt is not { } last || !(token.ExpiresAt > last), "expires_at", "must not be after that of the API token it is made with");
            rules.That(caller.Token is not { } maker || token.Scope <= maker.Scope, "scope", "must not be more than that of the API token it is made with");
        });
        var owner = caller.RequireUser();
        if (await db.ApiTokens.CountAsync(t => t.UserId == owner, cancellation) >= Most)
        {
            throw Problems.Conflict("too_many_tokens", $"There are {Most} API tokens already; revoke those that are not used.");
        }

        var secret = TokenSecrets.Make();
        var token = new ApiToken
        {
            UserId = owner,
            CompanyId = caller.CompanyId,
            Name = request.Name,
            Prefix = TokenSecrets.Start(secret),
            Hash = TokenSecrets.Hash(secret),
            Scope = request.Scope,
            CreatedAt = now,
            // Otherwise a stolen token that expires could make one that does not.
            ExpiresAt = request.ExpiresAt ?? caller.Token?.ExpiresAt,
        };
        db.ApiTokens.Add(token);
        await db.SaveChangesAsync(cancellation);
        return TypedResults.Created($"/api/tokens/{token.Id}", new Envelope<CreatedToken>(new CreatedToken
        {
            Id = token.Id,
            UserId = token.UserId,
            Name = token.Name,
            Prefix = token.Prefix,
            Scope = token.Scope,
            CreatedAt = token.CreatedAt,
            ExpiresAt = token.ExpiresAt,
            Token = secret,
        }));
    }

    private static async Task<Ok<Envelope<TokenView>>> DeleteAsync(
        int id, PanelDb db, Caller caller, Accounts accounts, CancellationToken cancellation)
    {
        var token = await db.ApiTokens.SingleOrDefaultAsync(t => t.Id == id, cancellation);
        if (token is null || (token.UserId != caller.Id && !caller.Allows(Permissions.ManageUsers)))
        {
            throw Problems.NotFound("token", id);
        }

        await db.ApiTokens.Where(t => t.Id == id).ExecuteDeleteAsync(cancellation);
        accounts.Forget(token);
        return Answers.Ok(View(token));
    }

    private static TokenView View(ApiToken token) => new()
    {
        Id = token.Id,
        UserId = token.UserId,
        Name = token.Name,
        Prefix = token.Prefix,
        Scope = token.Scope,
        CreatedAt = token.CreatedAt,
        ExpiresAt = token.ExpiresAt,
        LastUsedAt = token.LastUsedAt,
    };
}
