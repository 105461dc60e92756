using System.ComponentModel;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;
using MultiPanel.Api.Clusters;
using MultiPanel.Api.Formats;
using MultiPanel.Api.Http;
using MultiPanel.Contracts.Vms;
using MultiPanel.Data;
using MultiPanel.Data.Vms;

namespace MultiPanel.Api.Vms;

/// <summary>The filters of <c>GET /api/vms</c>.</summary>
internal sealed record VmQuery
{
    private const int LongestName = 100;

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

    [FromQuery(Name = "vmid")]
    public string? Vmid { get; init; }

    [FromQuery(Name = "tag"), Description("One tag, whole")]
    public string? Tag { get; init; }

    [FromQuery(Name = "managed"), Description("true: VMs that the panel made; false: those found in Proxmox")]
    public string? Managed { get; init; }

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
        var vms = Tagged(db, rules).AsNoTracking().InCluster(ClusterId, rules);
        if (QueryText.Id("company_id", CompanyId, rules) is { } company)
        {
            vms = vms.Where(vm => vm.CompanyId == company);
        }

        if (QueryText.Text("node", Node, ProxmoxFormats.IsNode, "must be the name of a Proxmox node, such as pve1", rules) is { } node)
        {
            vms = vms.Where(vm => vm.Node == node);
        }

        if (QueryText.Integer("vmid", Vmid, ClusterRules.LowestVmid, ClusterRules.HighestVmid, rules) is { } vmid)
        {
            vms = vms.Where(vm => vm.Vmid == vmid);
        }

        if (QueryText.Flag("managed", Managed, rules) is { } managed)
        {
            vms = vms.Where(vm => vm.CreatedByJob != null == managed);
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

        if (QueryText.Text("name", Name, text => text.Length <= LongestName && TextRules.IsLine(text) && !text.Contains(',', StringComparison.Ordinal), $"must be a part of a VM's name, of 1 to {LongestName} characters", rules) is { } name)
        {
            var pattern = $"%{Escape(name)}%";
            vms = vms.Where(vm => EF.Functions.Like(vm.Name, pattern, "!"));
        }

        return vms.NewestFirst(Limit, Cursor, rules);
    });

    /// <summary>The column is a JSON list of texts, in which a tag, which needs no escapes there, stands between quotes.</summary>
    private IQueryable<Vm> Tagged(PanelDb db, Rules rules)
    {
        if (QueryText.Text("tag", Tag, ProxmoxFormats.IsTag, "must be one tag: letters, digits and _ - + ., at most 64", rules) is not { } tag)
        {
            return db.Vms;
        }

        var pattern = $"%\"{Escape(tag)}\"%";
        return db.Vms.FromSql($"SELECT * FROM vms WHERE tags LIKE {pattern} ESCAPE '!'");
    }

    private static string Escape(string text) => text
        .Replace("!", "!!", StringComparison.Ordinal)
        .Replace("%", "!%", StringComparison.Ordinal)
        .Replace("_", "!_", StringComparison.Ordinal);
}
