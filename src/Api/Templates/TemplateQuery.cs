using System.ComponentModel;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;
using MultiPanel.Api.Http;
using MultiPanel.Contracts.Templates;
using MultiPanel.Data;
using MultiPanel.Data.Templates;

namespace MultiPanel.Api.Templates;

/// <summary>The filters of <c>GET /api/templates</c>.</summary>
internal sealed record TemplateQuery
{
    [FromQuery(Name = "cluster_id")]
    public string? ClusterId { get; init; }

    [FromQuery(Name = "status"), Description("One or more, separated by commas")]
    public string? Status { get; init; }

    [FromQuery(Name = "limit"), Description("1 to 500; 50 if absent")]
    public string? Limit { get; init; }

    [FromQuery(Name = "cursor"), Description("next_cursor of the page before")]
    public string? Cursor { get; init; }

    /// <summary>Newest first.</summary>
    public (IQueryable<Template> Templates, Page<int> Page) Apply(PanelDb db) => Query.Checked(rules =>
    {
        var templates = db.Templates.AsNoTracking().InCluster(ClusterId, rules);
        if (QueryText.Words<TemplateStatus>("status", Status, rules) is { Count: > 0 } statuses)
        {
            templates = templates.Where(template => statuses.Contains(template.Status));
        }

        return templates.NewestFirst(Limit, Cursor, rules);
    });
}
