using System.ComponentModel;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;
using MultiPanel.Api.Http;
using MultiPanel.Contracts.Audit;
using MultiPanel.Data;
using MultiPanel.Data.Audit;

namespace MultiPanel.Api.Audit;

/// <summary>The filters of <c>GET /api/audit</c>.</summary>
internal sealed record AuditQuery
{
    [FromQuery(Name = "user_id")]
    public string? UserId { get; init; }

    [FromQuery(Name = "company_id")]
    public string? CompanyId { get; init; }

    [FromQuery(Name = "action"), Description("Method and route, such as 'POST /api/vms/{id}/start', or a job's kind, such as vm.start")]
    public string? Action { get; init; }

    [FromQuery(Name = "result"), Description("accepted, refused, failed: one or more, separated by commas")]
    public string? Result { get; init; }

    [FromQuery(Name = "job_id")]
    public string? JobId { get; init; }

    [FromQuery(Name = "since"), Description("At or after this time (ISO 8601)")]
    public string? Since { get; init; }

    [FromQuery(Name = "until"), Description("Before this time (ISO 8601)")]
    public string? Until { get; init; }

    [FromQuery(Name = "limit"), Description("1 to 500; 50 if absent")]
    public string? Limit { get; init; }

    [FromQuery(Name = "cursor"), Description("next_cursor of the page before")]
    public string? Cursor { get; init; }

    /// <summary>Newest first.</summary>
    public (IQueryable<AuditEntry> Entries, Page<long> Page) Apply(PanelDb db, AuditActions actions) => Query.Checked(rules =>
    {
        var entries = db.AuditEntries.AsNoTracking();
        if (QueryText.Id("user_id", UserId, rules) is { } user)
        {
            entries = entries.Where(entry => entry.UserId == user);
        }

        if (QueryText.Id("company_id", CompanyId, rules) is { } company)
        {
            entries = entries.Where(entry => entry.CompanyId == company);
        }

        if (QueryText.Text("action", Action, actions.Knows, "must be a method and route that change something, such as POST /api/vms/{id}/start, or a job's kind, such as vm.start", rules) is { } action)
        {
            entries = entries.Where(entry => entry.Action == action || entry.Kind == action);
        }

        if (QueryText.Words<AuditResult>("result", Result, rules) is { Count: > 0 } results)
        {
            entries = entries.Where(entry => results.Contains(entry.Result));
        }

        if (QueryText.Uuid("job_id", JobId, rules) is { } job)
        {
            entries = entries.Where(entry => entry.JobId == job);
        }

        if (QueryText.Time("since", Since, rules) is { } since)
        {
            entries = entries.Where(entry => entry.At >= since);
        }

        if (QueryText.Time("until", Until, rules) is { } until)
        {
            entries = entries.Where(entry => entry.At < until);
        }

        var page = Page<long>.Read(Limit, Cursor, rules);
        if (page.After is { } after)
        {
            entries = entries.Where(entry => entry.Id < after);
        }

        return (entries.OrderByDescending(entry => entry.Id).Take(page.Limit + 1), page);
    });
}
