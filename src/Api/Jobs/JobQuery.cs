using System.ComponentModel;
using Microsoft.AspNetCore.Mvc;
using MultiPanel.Api.Http;
using MultiPanel.Contracts.Jobs;
using MultiPanel.Data.Jobs;

namespace MultiPanel.Api.Jobs;

/// <summary>The filters of <c>GET /api/jobs</c>.</summary>
internal sealed record JobQuery
{
    [FromQuery(Name = "status"), Description("One or more, separated by commas")]
    public string? Status { get; init; }

    [FromQuery(Name = "kind"), Description("One or more, such as vm.start, separated by commas")]
    public string? Kind { get; init; }

    [FromQuery(Name = "target_type"), Description("What they are about: vm, vms (many at once), template")]
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

    /// <exception cref="ProblemException">400: the fields that are wrong.</exception>
    public (JobFilter Filter, Page<Guid> Page) Read() => Query.Checked(rules => (
        new JobFilter
        {
            Statuses = QueryText.Words<JobStatus>("status", Status, rules),
            Kinds = QueryText.Words("kind", Kind, JobKinds.All, rules),
            TargetType = JobTargets.Checked(TargetType, rules),
            TargetId = QueryText.Id("target_id", TargetId, rules),
            CompanyId = QueryText.Id("company_id", CompanyId, rules),
            ParentId = QueryText.Uuid("parent_id", ParentId, rules),
            Since = QueryText.Time("since", Since, rules),
        },
        Page<Guid>.Read(Limit, Cursor, rules)));
}
