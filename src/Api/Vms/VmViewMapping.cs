using MultiPanel.Contracts.Vms;
using MultiPanel.Data.Vms;

namespace MultiPanel.Api.Vms;

internal static class VmViewMapping
{
    public static VmView ToView(this Vm vm, string? cluster) => new()
    {
        Id = vm.Id,
        ClusterId = vm.ClusterId,
        ClusterName = cluster,
        Vmid = vm.Vmid,
        Name = vm.Name,
        Node = vm.Node,
        Status = vm.Status,
        Template = vm.Template,
        CompanyId = vm.CompanyId,
        Cores = vm.Cores,
        MemoryMb = vm.MemoryMb,
        DiskGb = vm.DiskGb,
        Tags = vm.Tags,
        Addresses = vm.Addresses,
        Managed = vm.CreatedByJob is not null,
        CreatedAt = vm.CreatedAt,
        SeenAt = vm.SeenAt,
    };
}
