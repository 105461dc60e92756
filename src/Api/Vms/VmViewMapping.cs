using MultiPanel.Contracts.Vms;
using MultiPanel.Data.Vms;

namespace MultiPanel.Api.Vms;

internal static class VmViewMapping
{
    /// <param name="cluster">Null: the caller may not see it.</param>
    public static VmView ToView(this Vm vm, VmCluster? cluster) => new()
    {
        Id = vm.Id,
        ClusterId = vm.ClusterId,
        ClusterName = cluster?.Name,
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
        SeenAt = VmSeen.At(vm.Status, vm.SeenAt, cluster?.SeenAt),
    };
}

/// <summary>What is shown of a VM's cluster with the VM.</summary>
internal sealed record VmCluster(string Name, DateTime? SeenAt);
