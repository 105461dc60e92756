using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using MultiPanel.Api.Auth;
using MultiPanel.Api.Http;
using MultiPanel.Contracts.Auth;
using MultiPanel.Contracts.Groups;
using MultiPanel.Contracts.Http;
using MultiPanel.Data;
using MultiPanel.Data.Groups;

namespace MultiPanel.Api.Groups;

internal static class GroupEndpoints
{
    public static void AddGroups(this IServiceCollection services) => services.AddScoped<GroupEditor>();

    public static void MapGroups(this IEndpointRouteBuilder api)
    {
        var groups = api.MapGroup("/groups").WithTags("Groups");
        var read = groups.MapGroup("").RequireAuthorization(Permissions.ReadGroups);
        read.MapGet("", ListAsync).WithSummary("Groups of people, newest first");
        read.MapGet("/{id:int}", GetAsync).WithSummary("One group").Refuses(404);
        groups.MapGet("/{id:int}/members", MembersAsync).RequireAuthorization(Permissions.ReadUsers).WithSummary("Who is in a group, newest user first").Refuses(404);

        var manage = groups.MapGroup("").RequireAuthorization(Permissions.ManageGroups);
        manage.MapPost("", CreateAsync).WithSummary("Add a group").Refuses(409, 413, 415);
        manage.MapPatch("/{id:int}", ChangeAsync).WithSummary("Change a group's name or description").Refuses(404, 409, 413, 415);
        manage.MapDelete("/{id:int}", DeleteAsync).WithSummary("Delete a group; its people stay").Refuses(404);
        manage.MapPut("/{id:int}/members", ReplaceMembersAsync).WithSummary("Say who is in a group: these and no others").Refuses(404, 413, 415);
        manage.MapPost("/{id:int}/members", AddMembersAsync).WithSummary("Add people to a group").Refuses(404, 413, 415);
        manage.MapDelete("/{id:int}/members/{user:int}", RemoveMemberAsync).WithSummary("Take someone out of a group").Refuses(404);
    }

    private static async Task<Ok<ListEnvelope<GroupView>>> ListAsync([AsParameters] GroupQuery query, PanelDb db, CancellationToken cancellation)
    {
        var (filtered, page) = query.Apply(db);
        var (groups, next) = page.Cut(await Views(db, filtered).ToListAsync(cancellation), group => group.Id);
        return Answers.List(groups, next);
    }

    private static async Task<Ok<Envelope<GroupView>>> GetAsync(int id, PanelDb db, CancellationToken cancellation) => Answers.Ok(await ViewAsync(id, db, cancellation));

    private static async Task<Ok<ListEnvelope<UserView>>> MembersAsync(
        int id, string? limit, string? cursor, PanelDb db, GroupEditor editor, CancellationToken cancellation)
    {
        var page = Query.Checked(rules => Page<int>.Read(limit, cursor, rules));
        await editor.FindAsync(id, cancellation);
        var rows = await db.Users.AsNoTracking()
            .Where(user => db.GroupMembers.Any(member => member.GroupId == id && member.UserId == user.Id))
            .Where(user => page.After == null || user.Id < page.After)
            .OrderByDescending(user => user.Id).Take(page.Limit + 1).ToListAsync(cancellation);
        var (users, next) = page.Cut(rows, user => user.Id);
        return Answers.List([.. users.Select(user => user.ToView())], next);
    }

    private static async Task<Created<Envelope<GroupView>>> CreateAsync(Body<GroupRequest> body, PanelDb db, GroupEditor editor, CancellationToken cancellation)
    {
        var group = await editor.CreateAsync(body.Checked(GroupRules.Create), cancellation);
        return TypedResults.Created($"/api/groups/{group.Id}", new Envelope<GroupView>(await ViewAsync(group.Id, db, cancellation)));
    }

    private static async Task<Ok<Envelope<GroupView>>> ChangeAsync(
        int id, Body<GroupRequest> body, PanelDb db, GroupEditor editor, CancellationToken cancellation)
    {
        await editor.ChangeAsync(id, body.Checked(GroupRules.Change), body.Has, cancellation);
        return Answers.Ok(await ViewAsync(id, db, cancellation));
    }

    private static async Task<Ok<Envelope<GroupView>>> DeleteAsync(int id, PanelDb db, GroupEditor editor, CancellationToken cancellation)
    {
        var view = await ViewAsync(id, db, cancellation);
        await editor.DeleteAsync(id, cancellation);
        return Answers.Ok(view);
    }

    private static Task<Ok<Envelope<GroupView>>> ReplaceMembersAsync(
        int id, Body<GroupMembersRequest> body, PanelDb db, GroupEditor editor, CancellationToken cancellation) =>
        SetMembersAsync(id, body, alone: true, db, editor, cancellation);

    private static Task<Ok<Envelope<GroupView>>> AddMembersAsync(
        int id, Body<GroupMembersRequest> body, PanelDb db, GroupEditor editor, CancellationToken cancellation) =>
        SetMembersAsync(id, body, alone: false, db, editor, cancellation);

    private static async Task<Ok<Envelope<GroupView>>> SetMembersAsync(
        int id, Body<GroupMembersRequest> body, bool alone, PanelDb db, GroupEditor editor, CancellationToken cancellation)
    {
        await editor.SetMembersAsync(id, body.Checked(GroupRules.Members).UserIds!, alone, cancellation);
        return Answers.Ok(await ViewAsync(id, db, cancellation));
    }

    private static async Task<Ok<Envelope<GroupView>>> RemoveMemberAsync(
        int id, int user, PanelDb db, GroupEditor editor, CancellationToken cancellation)
    {
        await editor.RemoveMemberAsync(id, user, cancellation);
        return Answers.Ok(await ViewAsync(id, db, cancellation));
    }

    private static async Task<GroupView> ViewAsync(int id, PanelDb db, CancellationToken cancellation) =>
        await Views(db, db.Groups.AsNoTracking().Where(group => group.Id == id)).SingleOrDefaultAsync(cancellation) ?? throw Problems.NotFound("group", id);

    private static IQueryable<GroupView> Views(PanelDb db, IQueryable<Group> groups) => groups.Select(group => new GroupView
    {
        Id = group.Id,
        CompanyId = group.CompanyId,
        Name = group.Name,
        Description = group.Description,
        Members = db.GroupMembers.Count(member => member.GroupId == group.Id),
        CreatedAt = group.CreatedAt,
    });
}
