using System.ComponentModel;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;
using MultiPanel.Api.Http;
using MultiPanel.Data;
using MultiPanel.Data.Groups;

namespace MultiPanel.Api.Groups;

/// <summary>The filters of <c>GET /api/groups</c>.</summary>
internal sealed record GroupQuery
{
    [FromQuery(Name = "company_id")]
    public string? CompanyId { get; init; }

    [FromQuery(Name = "user_id"), Description("Groups that this user is in")]
    public string? UserId { get; init; }

    [FromQuery(Name = "limit"), Description("1 to 500; 50 if absent")]
    public string? Limit { get; init; }

    [FromQuery(Name = "cursor"), Description("next_cursor of the page before")]
    public string? Cursor { get; init; }

    /// <summary>Newest first.</summary>
    public (IQueryable<Group> Groups, Page<int> Page) Apply(PanelDb db) => Query.Checked(rules =>
    {
        var groups = db.Groups.AsNoTracking();
        if (QueryText.Id("company_id", CompanyId, rules) is { } company)
        {
            groups = groups.Where(group => group.CompanyId == company);
        }

        if (QueryText.Id("user_id", UserId, rules) is { } user)
        {
            groups = groups.Where(group => db.GroupMembers.Any(member => member.GroupId == group.Id && member.UserId == user));
        }

        var page = Page<int>.Read(Limit, Cursor, rules);
        if (page.After is { } after)
        {
            groups = groups.Where(group => group.Id < after);
        }

        return (groups.OrderByDescending(group => group.Id).Take(page.Limit + 1), page);
    });
}
