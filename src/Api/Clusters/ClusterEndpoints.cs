using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using MultiPanel.Api.Auth;
using MultiPanel.Api.Http;
using MultiPanel.Contracts.Clusters;
using MultiPanel.Contracts.Http;
using MultiPanel.Data;
using MultiPanel.Data.Clusters;

namespace MultiPanel.Api.Clusters;

internal static class ClusterEndpoints
{
    public static void AddClusters(this IServiceCollection services)
    {
        services.AddSingleton<PreflightRuns>();
        services.AddScoped<ClusterEditor>();
    }

    public static void MapClusters(this IEndpointRouteBuilder api)
    {
        var clusters = api.MapGroup("/clusters").WithTags("Clusters");
        clusters.MapGet("", ListAsync).WithSummary("Clusters; those who do not administer them see the names alone")
            .Produces<ListEnvelope<ClusterView>>().RequireAuthorization(Permissions.ListClusters);

        var manage = clusters.MapGroup("").RequireAuthorization(Permissions.ManageClusters);
        manage.MapGet("/{id:int}", GetAsync).WithSummary("One cluster").Refuses(404);
        manage.MapPost("", CreateAsync).WithSummary("Add a cluster").Refuses(409, 413, 415);
        manage.MapPatch("/{id:int}", ChangeAsync).WithSummary("Change a cluster; null clears fingerprint, company_id and pool; a new endpoint, or no fingerprint any more, takes the secret again").Refuses(404, 409, 413, 415);
        manage.MapDelete("/{id:int}", DeleteAsync).WithSummary("Forget a cluster; nothing changes in Proxmox").Refuses(404, 409);
        manage.MapPost("/test", TestAsync).WithSummary("Try a connection out: version, nodes, storages, missing privileges").Refuses(413, 415);
        manage.MapAdmission();
        manage.MapPost("/{id:int}/test", TestSavedAsync).WithSummary("Try a saved cluster's connection out").Refuses(404);
    }

    public static async Task<IResult> ListAsync(PanelDb db, Caller caller, CancellationToken cancellation)
    {
        var clusters = await db.Clusters.AsNoTracking().OrderBy(cluster => cluster.Name).ToListAsync(cancellation);
        return caller.IsSuperAdmin
            ? Answers.List(clusters.ConvertAll(cluster => cluster.ToView()))
            : Answers.List(clusters.ConvertAll(cluster => new ClusterName(cluster.Id, cluster.Name)));
    }

    /// <summary>One cluster; by name alone for those who do not administer it.</summary>
    public static async Task<IResult> ShowAsync(int id, PanelDb db, Caller caller, CancellationToken cancellation)
    {
        var cluster = await FindAsync(db, id, cancellation);
        return caller.IsSuperAdmin ? Answers.Ok(cluster.ToView()) : Answers.Ok(new ClusterName(cluster.Id, cluster.Name));
    }

    private static async Task<Ok<Envelope<ClusterView>>> GetAsync(int id, PanelDb db, CancellationToken cancellation) =>
        Answers.Ok((await FindAsync(db, id, cancellation)).ToView());

    private static async Task<Created<Envelope<ClusterView>>> CreateAsync(
        Body<ClusterRequest> body, ClusterEditor editor, CancellationToken cancellation)
    {
        var cluster = await editor.CreateAsync(body.Checked(ClusterRules.Create), cancellation);
        return TypedResults.Created($"/api/clusters/{cluster.Id}", new Envelope<ClusterView>(cluster.ToView()));
    }

    private static async Task<Ok<Envelope<ClusterView>>> ChangeAsync(
        int id, Body<ClusterRequest> body, PanelDb db, ClusterEditor editor, CancellationToken cancellation)
    {
        var request = body.Checked(ClusterRules.Change);
        var cluster = await FindAsync(db, id, cancellation);
        await editor.ChangeAsync(cluster, request, body.Has, cancellation);
        return Answers.Ok(cluster.ToView());
    }

    private static async Task<Ok<Envelope<ClusterView>>> DeleteAsync(
        int id, string? force, PanelDb db, ClusterEditor editor, CancellationToken cancellation)
    {
        var forced = Query.Checked(rules => QueryText.Flag("force", force, rules)) ?? false;
        var cluster = await FindAsync(db, id, cancellation);
        await editor.DeleteAsync(cluster, forced, cancellation);
        return Answers.Ok(cluster.ToView());
    }

    private static async Task<Ok<Envelope<ClusterTest>>> TestAsync(Body<ClusterRequest> body, PreflightRuns tests, CancellationToken cancellation) =>
        Answers.Ok(await tests.RunAsync(body.Checked(ClusterRules.Connect), cancellation));

    private static async Task<Ok<Envelope<ClusterTest>>> TestSavedAsync(int id, PanelDb db, PreflightRuns tests, CancellationToken cancellation) =>
        Answers.Ok(await tests.RunAsync(await FindAsync(db, id, cancellation), cancellation));

    private static async Task<Cluster> FindAsync(PanelDb db, int id, CancellationToken cancellation) =>
        await db.Clusters.SingleOrDefaultAsync(cluster => cluster.Id == id, cancellation) ?? throw Problems.NotFound("cluster", id);
}
