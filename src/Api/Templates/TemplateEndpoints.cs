using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;
using MultiPanel.Api.Auth;
using MultiPanel.Api.Http;
using MultiPanel.Api.Idempotency;
using MultiPanel.Contracts.Http;
using MultiPanel.Contracts.Jobs;
using MultiPanel.Contracts.Templates;
using MultiPanel.Data;
using MultiPanel.Hosting.Clusters;

namespace MultiPanel.Api.Templates;

internal static class TemplateEndpoints
{
    public static void AddTemplates(this IServiceCollection services)
    {
        services.AddScoped<TemplateRegistration>();
        services.AddScoped<TemplateVerification>();
    }

    public static void MapTemplates(this IEndpointRouteBuilder api)
    {
        var templates = api.MapGroup("/templates").WithTags("Templates");
        templates.MapGet("", ListAsync).WithSummary("Registered templates, newest first").RequireAuthorization(Permissions.ReadTemplates);
        templates.MapGet("/registered", ListAsync).WithSummary("The same list").RequireAuthorization(Permissions.ReadTemplates);
        templates.MapGet("/discover", DiscoverAsync).WithSummary("Templates that a cluster has, registered or not")
            .RequireAuthorization(Permissions.DiscoverTemplates).Refuses(404, 502, 504);
        templates.MapPost("/register", RegisterAsync).WithSummary("Take a Proxmox template into the list")
            .RequireAuthorization(Permissions.RegisterTemplates).Refuses(404, 409, 413, 415).AcceptOnce();
        templates.MapPost("/verify-agent", VerifyAgentAsync).WithSummary("Find out on a scratch VM whether the template's guest agent answers")
            .RequireAuthorization(Permissions.RegisterTemplates).Refuses(404, 409, 413, 415).AcceptOnce();
        templates.MapPost("/assign", Assign).WithSummary("Have a pool make its desktops from this template")
            .RequireAuthorization(Permissions.RegisterTemplates).Refuses(404, 409, 413, 415).AcceptOnce();
    }

    public static async Task<Ok<ListEnvelope<TemplateView>>> ListAsync(
        [AsParameters] TemplateQuery query, PanelDb db, PanelDatabase database, CancellationToken cancellation)
    {
        var (filtered, page) = query.Apply(db);
        var (templates, next) = page.Cut(await filtered.ToListAsync(cancellation), template => template.Id);

        // A caller who may see the template may see where it is, though its VM is the platform's.
        await using var all = database.OpenAll();
        var clusters = templates.Select(template => template.ClusterId).Distinct().ToList();
        var names = await all.Clusters.Where(cluster => clusters.Contains(cluster.Id))
            .ToDictionaryAsync(cluster => cluster.Id, cluster => cluster.Name, cancellation);
        var sources = templates.Select(template => template.SourceId).OfType<int>().ToList();
        var nodes = await all.Vms.Where(vm => sources.Contains(vm.Id)).ToDictionaryAsync(vm => vm.Id, vm => vm.Node, cancellation);
        return Answers.List(
            [.. templates.Select(template => template.ToView(
                names.GetValueOrDefault(template.ClusterId), nodes.GetValueOrDefault(template.SourceId ?? 0)))],
            next);
    }

    private static async Task<Ok<ListEnvelope<DiscoveredTemplate>>> DiscoverAsync(
        [FromQuery(Name = "cluster_id")] string? clusterId, PanelDb db, ClusterClients clients, CancellationToken cancellation)
    {
        var id = Query.Checked(rules =>
        {
            rules.Required("cluster_id", clusterId);
            return QueryText.Id("cluster_id", clusterId, rules);
        });
        var cluster = await db.Clusters.AsNoTracking().SingleOrDefaultAsync(c => c.Id == id, cancellation) ?? throw Problems.NotFound("cluster", id!);
        var found = await clients.For(cluster).Cluster.ResourcesAsync("vm", cancellation);
        var registered = await db.Templates.Where(template => template.ClusterId == id && template.Status != TemplateStatus.Gone)
            .GroupBy(template => template.Vmid)
            .Select(group => new { Vmid = group.Key, Id = group.Min(template => template.Id) })
            .ToDictionaryAsync(template => template.Vmid, template => template.Id, cancellation);
        return Answers.List<DiscoveredTemplate>(
            [.. found.Where(vm => vm is { Type: "qemu", Template: true, VmId: not null }).OrderBy(vm => vm.VmId).Select(vm => new DiscoveredTemplate(
                cluster.Id,
                vm.VmId!.Value,
                vm.Name ?? $"VM {vm.VmId}",
                vm.Node ?? "",
                registered.ContainsKey(vm.VmId.Value),
                registered.TryGetValue(vm.VmId.Value, out var template) ? template : null))]);
    }

    private static Task<Accepted<Envelope<JobAccepted>>> RegisterAsync(
        Body<RegisterTemplateRequest> body, TemplateRegistration registration, CancellationToken cancellation) =>
        registration.RegisterAsync(body.Checked(TemplateRegistration.Check), cancellation);

    private static Task<Accepted<Envelope<JobAccepted>>> VerifyAgentAsync(
        Body<VerifyAgentRequest> body, TemplateVerification verification, CancellationToken cancellation) =>
        verification.VerifyAsync(body.Checked(TemplateVerification.Check), cancellation);

    /// <summary>There are no pools yet, so whichever is named is not there.</summary>
    private static Accepted<Envelope<JobAccepted>> Assign(Body<AssignTemplateRequest> body)
    {
        var request = body.Checked((assign, rules) =>
        {
            rules.Range("template_id", assign.TemplateId, 1, int.MaxValue);
            rules.Range("pool_id", assign.PoolId, 1, int.MaxValue);
        });
        throw Problems.NotFound("pool", request.PoolId);
    }
}
