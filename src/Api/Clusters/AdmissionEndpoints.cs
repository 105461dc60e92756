using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using MultiPanel.Api.Http;
using MultiPanel.Api.Live;
using MultiPanel.Contracts.Admission;
using MultiPanel.Contracts.Http;
using MultiPanel.Data;
using MultiPanel.Data.Clusters;
using MultiPanel.Progress;

namespace MultiPanel.Api.Clusters;

/// <summary>Who holds slots of a cluster, who waits, and how many there are.</summary>
internal static class AdmissionEndpoints
{
    private const int Least = 1, Most = 1_000;

    private const string Other = "other";

    public static void MapAdmission(this IEndpointRouteBuilder clusters)
    {
        clusters.MapGet("/{id:int}/admission", GetAsync).WithSummary("Who holds slots of the cluster and who waits, as the workers last wrote it").Refuses(404);
        clusters.MapPut("/{id:int}/admission", SetAsync)
            .WithSummary("How much may run at once, by class of work; classes that are not named keep the defaults").Refuses(404, 413, 415);
    }

    private static async Task<Ok<Envelope<AdmissionView>>> GetAsync(
        int id, PanelDb db, AdmissionBoard board, CurrentJobs live, CancellationToken cancellation)
    {
        var cluster = await db.Clusters.AsNoTracking().SingleOrDefaultAsync(c => c.Id == id, cancellation) ?? throw Problems.NotFound("cluster", id);
        return Answers.Ok(await ViewAsync(cluster, board, live));
    }

    private static async Task<Ok<Envelope<AdmissionView>>> SetAsync(
        int id, Body<AdmissionLimitsRequest> body, PanelDb db, AdmissionBoard board, CurrentJobs live, CancellationToken cancellation)
    {
        var request = body.Checked(Check);
        var cluster = await db.Clusters.SingleOrDefaultAsync(c => c.Id == id, cancellation) ?? throw Problems.NotFound("cluster", id);
        cluster.Limits = request.Limits is { Count: > 0 } limits ? Read(limits) : null;
        await db.SaveChangesAsync(cancellation);
        return Answers.Ok(await ViewAsync(cluster, board, live));
    }

    private static void Check(AdmissionLimitsRequest request, Rules rules)
    {
        string[] known = [.. AdmissionLimits.Default.Classes.Keys.Order(StringComparer.Ordinal), Other];
        foreach (var (name, limits) in request.Limits ?? new Dictionary<string, ClassLimits>())
        {
            rules.That(known.Contains(name), $"limits.{name}", $"is no class of work; there are {string.Join(", ", known)}");
            rules.Range($"limits.{name}.per_node", limits.PerNode, Least, Most);
            rules.Range($"limits.{name}.per_storage", limits.PerStorage, Least, Most);
            rules.Range($"limits.{name}.per_cluster", limits.PerCluster, Least, Most);
            rules.That(limits.PerNode <= limits.PerCluster || limits.PerCluster < Least, $"limits.{name}.per_node", $"must not be more than per_cluster, which is {limits.PerCluster}");
            rules.That(limits.PerStorage <= limits.PerCluster || limits.PerCluster < Least, $"limits.{name}.per_storage", $"must not be more than per_cluster, which is {limits.PerCluster}");
        }
    }

    private static AdmissionLimits Read(IReadOnlyDictionary<string, ClassLimits> limits)
    {
        var all = AdmissionLimits.Default with { Other = limits.GetValueOrDefault(Other, AdmissionLimits.Default.Other) };
        return limits.Where(limit => limit.Key != Other).Aggregate(all, (sum, limit) => sum.With(limit.Key, limit.Value));
    }

    /// <summary>The limits are the row's: the workers go by it within a second or two.</summary>
    private static async Task<AdmissionView> ViewAsync(Cluster cluster, AdmissionBoard board, CurrentJobs live)
    {
        var limits = cluster.Limits ?? AdmissionLimits.Default;
        var all = new SortedDictionary<string, ClassLimits>(limits.Classes.ToDictionary(), StringComparer.Ordinal) { [Other] = limits.Other };
        return await live.TryAsync(() => board.ReadAsync(cluster.Id), null) is { } seen
            ? seen with { Limits = all }
            : new AdmissionView { ClusterId = cluster.Id, Limits = all };
    }
}
