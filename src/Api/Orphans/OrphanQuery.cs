using System.ComponentModel;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;
using MultiPanel.Api.Http;
using MultiPanel.Contracts.Orphans;
using MultiPanel.Data;
using MultiPanel.Data.Orphans;

namespace MultiPanel.Api.Orphans;

/// <summary>The filters of <c>GET /api/orphans</c>.</summary>
internal sealed record OrphanQuery
{
    [FromQuery(Name = "cluster_id")]
    public string? ClusterId { get; init; }

    [FromQuery(Name = "kind"), Description("One or more, separated by commas")]
    public string? Kind { get; init; }

    [FromQuery(Name = "limit"), Description("1 to 500; 50 if absent")]
    public string? Limit { get; init; }

    [FromQuery(Name = "cursor"), Description("next_cursor of the page before")]
    public string? Cursor { get; init; }

    /// <summary>Newest first.</summary>
    public (IQueryable<Orphan> Orphans, Page<int> Page) Apply(PanelDb db) => Query.Checked(rules =>
    {
        var orphans = db.Orphans.AsNoTracking().InCluster(ClusterId, rules);
        if (QueryText.Words<OrphanKind>("kind", Kind, rules) is { Count: > 0 } kinds)
        {
            orphans = orphans.Where(orphan => kinds.Contains(orphan.Kind));
        }

        return orphans.NewestFirst(Limit, Cursor, rules);
    });
}
