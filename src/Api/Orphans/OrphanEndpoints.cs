using System.ComponentModel;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using MultiPanel.Api.Auth;
using MultiPanel.Api.Http;
using MultiPanel.Api.Idempotency;
using MultiPanel.Api.Vms;
using MultiPanel.Contracts.Http;
using MultiPanel.Contracts.Jobs;
using MultiPanel.Contracts.Orphans;
using MultiPanel.Contracts.Vms;
using MultiPanel.Data;

namespace MultiPanel.Api.Orphans;

internal static class OrphanEndpoints
{
    public static void AddOrphans(this IServiceCollection services)
    {
        services.AddScoped<Adoption>();
        services.AddScoped<OrphanActions>();
    }

    public static void MapOrphans(this IEndpointRouteBuilder api)
    {
        var orphans = api.MapGroup("/orphans").WithTags("Orphans").RequireAuthorization(Permissions.ManageOrphans);
        orphans.MapGet("", ListAsync).WithSummary("What the panel and Proxmox do not agree on, newest first");
        orphans.MapPost("/{id:int}/adopt", AdoptAsync).WithSummary("Take a VM that carries our marker, but has no row, into the panel").Refuses(404, 409, 413, 415);
        orphans.MapDelete("/{id:int}", DeleteAsync).WithSummary("Delete the VM, or what is left of it; marker checked").Refuses(404, 409).AcceptOnce();
    }

    private static async Task<Ok<ListEnvelope<OrphanView>>> ListAsync([AsParameters] OrphanQuery query, PanelDb db, CancellationToken cancellation)
    {
        var (filtered, page) = query.Apply(db);
        var (orphans, next) = page.Cut(await filtered.ToListAsync(cancellation), orphan => orphan.Id);
        var names = await db.Clusters.ToDictionaryAsync(cluster => cluster.Id, cluster => cluster.Name, cancellation);
        return Answers.List([.. orphans.Select(orphan => orphan.ToView(names.GetValueOrDefault(orphan.ClusterId)))], next);
    }

    private static async Task<Ok<Envelope<VmView>>> AdoptAsync(
        int id, Body<AdoptRequest> body, OrphanActions actions, PanelDb db, TimeProvider clock, CancellationToken cancellation)
    {
        var request = body.Checked((adopt, rules) => rules.Range("company_id", adopt.CompanyId, 1, int.MaxValue));
        var vm = await actions.AdoptAsync(id, request, cancellation);
        var cluster = await db.Clusters.Where(c => c.Id == vm.ClusterId).Select(c => new VmCluster(c.Name, c.SeenAt)).SingleOrDefaultAsync(cancellation);
        return Answers.Ok(vm.ToWholeView(cluster, clock.GetUtcNow().UtcDateTime));
    }

    private static Task<Accepted<Envelope<JobAccepted>>> DeleteAsync(
        int id, [Description("Its name or VMID, to be sure")] string? confirm, OrphanActions actions, CancellationToken cancellation) =>
        actions.DeleteAsync(id, confirm, cancellation);
}
