using System.ComponentModel;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;
using MultiPanel.Api.Http;
using MultiPanel.Contracts.Auth;
using MultiPanel.Data;
using MultiPanel.Data.Users;

namespace MultiPanel.Api.Users;

/// <summary>The filters of <c>GET /api/users</c>.</summary>
internal sealed record UserQuery
{
    [FromQuery(Name = "company_id")]
    public string? CompanyId { get; init; }

    [FromQuery(Name = "role"), Description("One or more, separated by commas")]
    public string? Role { get; init; }

    [FromQuery(Name = "status")]
    public string? Status { get; init; }

    [FromQuery(Name = "limit"), Description("1 to 500; 50 if absent")]
    public string? Limit { get; init; }

    [FromQuery(Name = "cursor"), Description("next_cursor of the page before")]
    public string? Cursor { get; init; }

    /// <summary>Newest first.</summary>
    public (IQueryable<User> Users, Page<int> Page) Apply(PanelDb db) => Query.Checked(rules =>
    {
        var users = db.Users.AsNoTracking();
        if (QueryText.Id("company_id", CompanyId, rules) is { } company)
        {
            users = users.Where(user => user.CompanyId == company);
        }

        if (QueryText.Words<Role>("role", Role, rules) is { Count: > 0 } roles)
        {
            users = users.Where(user => roles.Contains(user.Role));
        }

        if (QueryText.Words<UserStatus>("status", Status, rules) is { Count: > 0 } statuses)
        {
            users = users.Where(user => statuses.Contains(user.Status));
        }

        var page = Page<int>.Read(Limit, Cursor, rules);
        if (page.After is { } after)
        {
            users = users.Where(user => user.Id < after);
        }

        return (users.OrderByDescending(user => user.Id).Take(page.Limit + 1), page);
    });
}
