using MultiPanel.Contracts.Templates;
using MultiPanel.Data.Templates;

namespace MultiPanel.Api.Templates;

internal static class TemplateViewMapping
{
    public static TemplateView ToView(this Template template, string? cluster, string? node) => new()
    {
        Id = template.Id,
        ClusterId = template.ClusterId,
        ClusterName = cluster,
        Vmid = template.Vmid,
        Name = template.Name,
        Node = node,
        OsType = template.OsType,
        Cores = template.Cores,
        MemoryMb = template.MemoryMb,
        DiskGb = template.DiskGb,
        AgentEnabled = template.AgentEnabled,
        CloudInit = template.CloudInit,
        Shared = template.Shared,
        CompanyId = template.CompanyId,
        Status = template.Status,
    };
}
