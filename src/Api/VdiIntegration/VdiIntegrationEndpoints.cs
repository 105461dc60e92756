using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using MultiPanel.Api.Auth;
using MultiPanel.Api.Clusters;
using MultiPanel.Api.Companies;
using MultiPanel.Api.Http;
using MultiPanel.Api.Templates;
using MultiPanel.Api.Users;
using MultiPanel.Api.Vms;
using MultiPanel.Contracts.Auth;
using MultiPanel.Contracts.Companies;
using MultiPanel.Contracts.Http;
using MultiPanel.Contracts.VdiIntegration;
using MultiPanel.Data;

namespace MultiPanel.Api.VdiIntegration;

/// <summary>What the VDI platform and older clients call. Names, statuses and shapes are fixed.</summary>
internal static class VdiIntegrationEndpoints
{
    public static void MapVdiIntegration(this IEndpointRouteBuilder api)
    {
        var vdi = api.MapGroup("/vdi-integration").WithTags("VDI integration");
        vdi.MapPost("/auth/login", LoginAsync).WithSummary("Sign in, for the VDI platform")
            .Produces<Envelope<VdiLogin>>().Produces<VdiRefusal>(401).Refuses(413, 415, 429);

        var own = vdi.MapGroup("").Refuses(401, 403);
        own.MapGet("/auth/me", MeAsync).WithSummary("Whose token it is").RequireAuthorization(Permissions.SeeThemselves);
        own.MapGet("/clusters", ClusterEndpoints.ListAsync).WithSummary("Clusters").RequireAuthorization(Permissions.ListClusters);
        own.MapGet("/clusters/{id:int}", ClusterEndpoints.ShowAsync).WithSummary("One cluster").RequireAuthorization(Permissions.ListClusters).Refuses(404);
        own.MapGet("/vms/{id:int}", VmEndpoints.GetAsync).WithSummary("One VM").RequireAuthorization(Permissions.ReadVms).Refuses(404, 409, 502, 503, 504);
        own.MapGet("/companies/{id:int}", CompanyAsync).WithSummary("One company").RequireAuthorization(Permissions.ReadCompanies).Refuses(404);
        own.MapGet("/users/{id:int}", UserAsync).WithSummary("One user").RequireAuthorization(Permissions.ReadUsers).Refuses(404);
        own.MapGet("/users", UsersAsync).WithSummary("Users, newest first").RequireAuthorization(Permissions.ReadUsers);
        own.MapGet("/templates", TemplateEndpoints.ListAsync).WithSummary("Registered templates").RequireAuthorization(Permissions.ReadTemplates);
    }

    private static async Task<IResult> LoginAsync(Body<LoginRequest> body, SignIn signIn, SignInStore sessions, HttpContext context)
    {
        try
        {
            var user = await signIn.VerifyCredentialsAsync(body.Checked(LoginRules.Check), context);
            var result = await sessions.StartAsync(user, context.RequestAborted);
            return Answers.Ok(new VdiLogin(result.Token, View(result.User)));
        }
        catch (ProblemException refused) when (refused.Status == StatusCodes.Status401Unauthorized)
        {
            context.Features.Get<AuditTrail>()?.Code = refused.Code;
            return Results.Json(new VdiRefusal(false, "Invalid credentials"), statusCode: StatusCodes.Status401Unauthorized);
        }
    }

    private static async Task<Ok<Envelope<VdiUser>>> MeAsync(Caller caller, Accounts accounts, CancellationToken cancellation) =>
        Answers.Ok(View(caller.Service ?? (await accounts.FindAsync(caller.Id, cancellation))!.ToView()));

    private static async Task<Ok<Envelope<CompanyView>>> CompanyAsync(int id, PanelDb db, CancellationToken cancellation) =>
        Answers.Ok((await CompanyEndpoints.FindAsync(db, id, cancellation)).ToView());

    private static async Task<Ok<Envelope<VdiUser>>> UserAsync(int id, UserEditor users, CancellationToken cancellation) =>
        Answers.Ok(View((await users.FindAsync(id, cancellation)).ToView()));

    private static async Task<Ok<ListEnvelope<VdiUser>>> UsersAsync([AsParameters] UserQuery query, PanelDb db, CancellationToken cancellation)
    {
        var (filtered, page) = query.Apply(db);
        var (users, next) = page.Cut(await filtered.ToListAsync(cancellation), user => user.Id);
        return Answers.List([.. users.Select(user => View(user.ToView()))], next);
    }

    private static VdiUser View(UserView user) => new()
    {
        Id = user.Id,
        Username = user.Username,
        Email = user.Email,
        Role = user.Role,
        CompanyId = user.CompanyId,
        Status = user.Status,
    };
}
