using MultiPanel.Contracts.Orphans;
using MultiPanel.Data.Orphans;

namespace MultiPanel.Api.Orphans;

internal static class OrphanViewMapping
{
    public static OrphanView ToView(this Orphan orphan, string? cluster) => new()
    {
        Id = orphan.Id,
        Kind = orphan.Kind,
        ClusterId = orphan.ClusterId,
        ClusterName = cluster,
        Vmid = orphan.Vmid,
        Node = orphan.Node,
        Name = orphan.Name,
        OwnerId = orphan.OwnerId,
        JobId = orphan.JobId,
        CompanyId = orphan.CompanyId,
        Message = orphan.Message,
        FoundAt = orphan.FoundAt,
        SeenAt = orphan.SeenAt,
    };
}
