using System.ComponentModel;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;
using MultiPanel.Api.Http;
using MultiPanel.Contracts.Vms;
using MultiPanel.Data;
using MultiPanel.Data.Vms;

namespace MultiPanel.Api.Vms;

/// <summary>The filters of <c>GET /api/vms</c>.</summary>
internal sealed record VmQuery
{
    [FromQuery(Name = "cluster_id")]
    public string? ClusterId { get; init; }

    [FromQuery(Name = "node")]
    public string? Node { get; init; }

    [FromQuery(Name = "company_id")]
    public string? CompanyId { get; init; }

    [FromQuery(Name = "status"), Description("One or more, separated by commas")]
    public string? Status { get; init; }

    [FromQuery(Name = "name"), Description("A part of the name")]
    public string? Name { get; init; }

    [FromQuery(Name = "pool"), Description("Proxmox's pool")]
    public string? Pool { get; init; }

    [FromQuery(Name = "template"), Description("true: templates alone; false: none")]
    public string? Template { get; init; }

    [FromQuery(Name = "limit"), Description("1 to 500; 50 if absent")]
    public string? Limit { get; init; }

    [FromQuery(Name = "cursor"), Description("next_cursor of the page before")]
    public string? Cursor { get; init; }

    /// <summary>Newest first.</summary>
    public (IQueryable<Vm> Vms, Page<int> Page) Apply(PanelDb db) => Query.Checked(rules =>
    {
        var vms = db.Vms.AsNoTracking().InCluster(ClusterId, rules);
        if (QueryText.Id("company_id", CompanyId, rules) is { } company)
        {
            vms = vms.Where(vm => vm.CompanyId == company);
        }

        if (Node is not null)
        {
            vms = vms.Where(vm => vm.Node == Node);
        }

        if (Pool is not null)
        {
            vms = vms.Where(vm => vm.Pool == Pool);
        }

        if (QueryText.Words<VmStatus>("status", Status, rules) is { Count: > 0 } statuses)
        {
            vms = vms.Where(vm => statuses.Contains(vm.Status));
        }

        if (QueryText.Flag("template", Template, rules) is { } template)
        {
            vms = vms.Where(vm => vm.Template == template);
        }

        if (Name is { Length: > 0 })
        {
            var pattern = $"%{Escape(Name)}%";
            vms = vms.Where(vm => EF.Functions.Like(vm.Name, pattern, "!"));
        }

        return vms.NewestFirst(Limit, Cursor, rules);
    });

    private static string Escape(string text) => text
        .Replace("!", "!!", StringComparison.Ordinal)
        .Replace("%", "!%", StringComparison.Ordinal)
        .Replace("_", "!_", StringComparison.Ordinal);
}
