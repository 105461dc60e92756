using Microsoft.AspNetCore.Http.HttpResults;
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
        services.AddScoped<VmCreation>();
        services.AddScoped<NewVmPlace>();
        services.AddScoped<VmBulk>();
        services.AddScoped<SnapshotList>();
    }

    public static void MapVms(this IEndpointRouteBuilder api)
    {
        var vms = api.MapGroup("/vms").WithTags("VMs");
        var read = vms.MapGroup("").RequireAuthorization(Permissions.ReadVms);
        read.MapGet("", ListAsync).WithSummary("The inventory, newest first");
        read.MapGet("/{id:int}", GetAsync).WithSummary("One VM").Refuses(404);
        read.MapGet("/{id:int}/snapshots", SnapshotsAsync).WithSummary("Its snapshots, as Proxmox has them now").Refuses(404, 409, 502, 504);

        vms.MapGroup("").RequireAuthorization(Permissions.CommandVms).MapVmCommands();
    }

    private static async Task<Ok<ListEnvelope<VmView>>> ListAsync([AsParameters] VmQuery query, PanelDb db, CancellationToken cancellation)
    {
        var (filtered, page) = query.Apply(db);
        var (vms, next) = page.Cut(await filtered.ToListAsync(cancellation), vm => vm.Id);
        var clusters = vms.Select(vm => vm.ClusterId).Distinct().ToList();
        var shown = await db.Clusters.Where(cluster => clusters.Contains(cluster.Id)).Select(cluster => new { cluster.Id, cluster.Name, cluster.SeenAt })
            .ToDictionaryAsync(cluster => cluster.Id, cluster => new VmCluster(cluster.Name, cluster.SeenAt), cancellation);
        return Answers.List([.. vms.Select(vm => vm.ToView(shown.GetValueOrDefault(vm.ClusterId)))], next);
    }

    public static async Task<Ok<Envelope<VmView>>> GetAsync(int id, VmCommands vms, PanelDb db, CancellationToken cancellation)
    {
        var vm = await vms.FindAsync(id, cancellation);
        var cluster = await db.Clusters.Where(c => c.Id == vm.ClusterId).Select(c => new VmCluster(c.Name, c.SeenAt)).SingleOrDefaultAsync(cancellation);
        return Answers.Ok(vm.ToView(cluster));
    }

    private static async Task<Ok<ListEnvelope<SnapshotView>>> SnapshotsAsync(
        int id, VmCommands vms, SnapshotList snapshots, CancellationToken cancellation) =>
        Answers.List(await snapshots.ReadAsync(await vms.FindAsync(id, cancellation), cancellation));
}
