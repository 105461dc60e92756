using System.ComponentModel;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;
using MultiPanel.Api.Http;
using MultiPanel.Contracts.Jobs;
using MultiPanel.Data;
using MultiPanel.Data.Jobs;
using MultiPanel.Proxmox.Http;

namespace MultiPanel.Api.Jobs;

/// <summary>The filters of <c>GET /api/jobs</c>.</summary>
internal sealed record JobQuery
{
    [FromQuery(Name = "status"), Description("One or more, separated by commas")]
    public string? Status { get; init; }

    [FromQuery(Name = "kind"), Description("One or more, such as vm.start, separated by commas")]
    public string? Kind { get; init; }

    [FromQuery(Name = "target_type")]
    public string? TargetType { get; init; }

    [FromQuery(Name = "target_id")]
    public string? TargetId { get; init; }

    [FromQuery(Name = "company_id")]
    public string? CompanyId { get; init; }

    [FromQuery(Name = "parent_id"), Description("The children of this bulk job")]
    public string? ParentId { get; init; }

    [FromQuery(Name = "since"), Description("Accepted at or after this time (ISO 8601)")]
    public string? Since { get; init; }

    [FromQuery(Name = "limit"), Description("1 to 500; 50 if absent")]
    public string? Limit { get; init; }

    [FromQuery(Name = "cursor"), Description("next_cursor of the page before")]
    public string? Cursor { get; init; }

    /// <summary>Newest first: UUIDs of version 7 sort by age.</summary>
    public (IQueryable<Job> Jobs, Page<Guid> Page) Apply(PanelDb db) => Query.Checked(rules =>
    {
        var jobs = db.Jobs.AsNoTracking();
        if (QueryText.Words<JobStatus>("status", Status, rules) is { Count: > 0 } statuses)
        {
            jobs = jobs.Where(job => statuses.Contains(job.Status));
        }

        if (QueryText.Texts(Kind) is { Length: > 0 } kinds)
        {
            jobs = jobs.Where(job => kinds.Contains(job.Kind));
        }

        if (TargetType is not null)
        {
            jobs = jobs.Where(job => job.TargetType == TargetType);
        }

        if (QueryText.Id("target_id", TargetId, rules) is { } target)
        {
            jobs = jobs.Where(job => job.TargetId == target);
        }

        if (QueryText.Id("company_id", CompanyId, rules) is { } company)
        {
            jobs = jobs.Where(job => job.CompanyId == company);
        }

        if (QueryText.Uuid("parent_id", ParentId, rules) is { } parent)
        {
            jobs = jobs.Where(job => job.ParentId == parent);
        }

        if (QueryText.Time("since", Since, rules) is { } since)
        {
            jobs = jobs.Where(job => job.CreatedAt >= since);
        }

        var page = Page<Guid>.Read(Limit, Cursor, rules);
        if (page.After is { } after)
        {
            jobs = jobs.Where(job => job.Id.CompareTo(after) < 0);
        }

        return (jobs.OrderByDescending(job => job.Id).Take(page.Limit + 1), page);
    });
}
