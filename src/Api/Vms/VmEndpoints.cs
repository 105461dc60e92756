using System.ComponentModel;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;
using MultiPanel.Api.Auth;
using MultiPanel.Api.Http;
using MultiPanel.Contracts.Http;
using MultiPanel.Contracts.Vms;
using MultiPanel.Data;

namespace MultiPanel.Api.Vms;

internal static class VmEndpoints
{
    public static void AddVms(this IServiceCollection services)
    {
        services.AddScoped<VmCommands>();
        services.AddScoped<VmChecks>();
        services.AddScoped<TemplateUse>();
        services.AddSingleton<VmGlance>();
        services.AddScoped<VmCreation>();
        services.AddScoped<NewVmPlace>();
        services.AddScoped<VmBulk>();
        services.AddScoped<SnapshotList>();
        services.AddSingleton<FreshLook>();
    }

    public static void MapVms(this IEndpointRouteBuilder api)
    {
        var vms = api.MapGroup("/vms").WithTags("VMs");
        var read = vms.MapGroup("").RequireAuthorization(Permissions.ReadVms);
        read.MapGet("", ListAsync).WithSummary("The inventory, newest first");
        read.MapGet("/{id:int}", GetAsync).WithSummary("One VM, with its config and its guest's network").Refuses(404, 409, 502, 503, 504);
        read.MapGet("/{id:int}/snapshots", SnapshotsAsync).WithSummary("Its snapshots, as Proxmox has them now").Refuses(404, 409, 502, 504);

        vms.MapGroup("").RequireAuthorization(Permissions.CommandVms).MapVmCommands();
    }

    private static async Task<Ok<ListEnvelope<VmView>>> ListAsync([AsParameters] VmQuery query, PanelDb db, TimeProvider clock, CancellationToken cancellation)
    {
        var (filtered, page) = query.Apply(db);
        var (vms, next) = page.Cut(await filtered.Select(VmViewMapping.Listed).ToListAsync(cancellation), vm => vm.Id);
        var now = clock.GetUtcNow().UtcDateTime;
        var clusters = vms.Select(vm => vm.ClusterId).Distinct().ToList();
        var shown = await db.Clusters.Where(cluster => clusters.Contains(cluster.Id)).Select(cluster => new { cluster.Id, cluster.Name, cluster.SeenAt })
            .ToDictionaryAsync(cluster => cluster.Id, cluster => new VmCluster(cluster.Name, cluster.SeenAt), cancellation);
        return Answers.List([.. vms.Select(vm => vm.ToView(shown.GetValueOrDefault(vm.ClusterId), now))], next);
    }

    public static async Task<Ok<Envelope<VmView>>> GetAsync(
        int id,
        [FromQuery(Name = "fresh"), Description("true: asked of Proxmox now, the guest agent too")] string? fresh,
        VmCommands vms, FreshLook look, PanelDb db, TimeProvider clock, CancellationToken cancellation)
    {
        var asked = Query.Checked(rules => QueryText.Flag("fresh", fresh, rules)) == true;
        var vm = await vms.FindAsync(id, cancellation);
        if (asked)
        {
            await look.TakeAsync(vm, cancellation);
            vm = await vms.FindAsync(id, cancellation);
        }

        var cluster = await db.Clusters.Where(c => c.Id == vm.ClusterId).Select(c => new VmCluster(c.Name, c.SeenAt)).SingleOrDefaultAsync(cancellation);
        return Answers.Ok(vm.ToWholeView(cluster, clock.GetUtcNow().UtcDateTime));
    }

    private static async Task<Ok<ListEnvelope<SnapshotView>>> SnapshotsAsync(
        int id, VmCommands vms, SnapshotList snapshots, CancellationToken cancellation) =>
        Answers.List(await snapshots.ReadAsync(await vms.FindAsync(id, cancellation), cancellation));
}
