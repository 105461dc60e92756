using MultiPanel.Contracts.Clusters;
using MultiPanel.Data.Clusters;

namespace MultiPanel.Api.Clusters;

internal static class ClusterViewMapping
{
    public static ClusterView ToView(this Cluster cluster) => new()
    {
        Id = cluster.Id,
        Name = cluster.Name,
        Endpoints = cluster.Endpoints,
        Auth = cluster.Auth,
        Identity = cluster.Identity,
        Fingerprint = Fingerprints.Show(cluster.Fingerprint),
        VmidFrom = cluster.VmidFrom,
        VmidTo = cluster.VmidTo,
        CompanyId = cluster.CompanyId,
        Pool = cluster.Pool,
        SeenAt = cluster.SeenAt,
        Version = cluster.Version,
        CreatedAt = cluster.CreatedAt,
    };
}
