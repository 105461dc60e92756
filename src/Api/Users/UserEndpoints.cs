using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using MultiPanel.Api.Auth;
using MultiPanel.Api.Http;
using MultiPanel.Contracts.Auth;
using MultiPanel.Contracts.Http;
using MultiPanel.Contracts.Users;
using MultiPanel.Data;
using MultiPanel.Hosting.Mails;

namespace MultiPanel.Api.Users;

internal static class UserEndpoints
{
    public static void AddUsers(this IServiceCollection services) => services.AddScoped<UserEditor>();

    public static void MapUsers(this IEndpointRouteBuilder api)
    {
        var users = api.MapGroup("/users").WithTags("Users");
        var read = users.MapGroup("").RequireAuthorization(Permissions.ReadUsers);
        read.MapGet("", ListAsync).WithSummary("Users, newest first");
        read.MapGet("/{id:int}", GetAsync).WithSummary("One user").Refuses(404);

        var manage = users.MapGroup("").RequireAuthorization(Permissions.ManageUsers);
        manage.MapPost("", CreateAsync).WithSummary("Add a user; where mail is on they are welcomed, without a password by a link to choose one").Refuses(409, 413, 415, 429);
        manage.MapPatch("/{id:int}", ChangeAsync)
            .WithSummary("Change a user; a new password, or the status inactive, ends the user's tokens").Refuses(404, 409, 413, 415, 429);
        manage.MapDelete("/{id:int}", DeleteAsync).WithSummary("Delete a user, with sign-ins and API tokens").Refuses(404, 409);
    }

    private static async Task<Ok<ListEnvelope<UserView>>> ListAsync([AsParameters] UserQuery query, PanelDb db, CancellationToken cancellation)
    {
        var (filtered, page) = query.Apply(db);
        var (users, next) = page.Cut(await filtered.ToListAsync(cancellation), user => user.Id);
        return Answers.List([.. users.Select(user => user.ToView())], next);
    }

    private static async Task<Ok<Envelope<UserView>>> GetAsync(int id, UserEditor editor, CancellationToken cancellation) =>
        Answers.Ok((await editor.FindAsync(id, cancellation)).ToView());

    private static async Task<Created<Envelope<UserView>>> CreateAsync(
        Body<UserRequest> body, UserEditor editor, MailOutbox mails, CancellationToken cancellation)
    {
        var user = await editor.CreateAsync(body.Checked((user, rules) => UserRules.Create(user, rules, mails.IsOn)), cancellation);
        return TypedResults.Created($"/api/users/{user.Id}", new Envelope<UserView>(user.ToView()));
    }

    private static async Task<Ok<Envelope<UserView>>> ChangeAsync(
        int id, Body<UserRequest> body, UserEditor editor, CancellationToken cancellation) =>
        Answers.Ok((await editor.ChangeAsync(id, body.Checked(UserRules.Change), cancellation)).ToView());

    private static async Task<Ok<Envelope<UserView>>> DeleteAsync(int id, UserEditor editor, CancellationToken cancellation) =>
        Answers.Ok((await editor.DeleteAsync(id, cancellation)).ToView());
}
