using MultiPanel.Data.Templates;
using MultiPanel.Data.Vms;

namespace MultiPanel.Api.Sizing;

/// <summary>What a clone has from its source. Its row is given the size that the clone will have: the quotas count it from the accept on.</summary>
internal sealed record NewVmSize(int? Cores, int? Sockets, int? MemoryMb, double? DiskGb, List<VmDisk>? Disks)
{
    public static NewVmSize OfTemplate(Template template) =>
        new(template.Cores, template.Sockets, template.MemoryMb, template.DiskGb, template.Disks);

    /// <summary>
    /// A clone is made of what is in force, not of what waits for the source's next start: so of the two the larger is
    /// reserved, and the job says later which it was.
    /// </summary>
    public static NewVmSize OfVm(Vm vm) => new(Larger(vm.Cores, InForce(vm).Cores), vm.Sockets, Larger(vm.MemoryMb, InForce(vm).MemoryMb), vm.DiskGb, vm.Disks);

    /// <param name="cores">Per socket, as Proxmox has them.</param>
    /// <param name="diskGb">Of the disk that grows; the others stay as they are.</param>
    /// <param name="disk">Its slot; null: the one that it boots from.</param>
    /// <param name="sockets">Null: as many as the source has.</param>
    public void Give(Vm vm, int? cores = null, int? memoryMb = null, int? diskGb = null, string? disk = null, int? sockets = null)
    {
        vm.Sockets = sockets ?? Sockets;
        vm.Cores = cores is null && sockets is null ? Cores : (cores ?? Cores / (Sockets ?? 1)) * (vm.Sockets ?? 1);
        vm.MemoryMb = memoryMb ?? MemoryMb;
        vm.DiskGb = VmDisk.Grown(Disks, DiskGb, disk, diskGb);
    }

    private static (int? Cores, int? MemoryMb) InForce(Vm vm)
    {
        var waits = vm.Config?.Pending ?? [];
        int? cores = Now("cores") is null && Now("sockets") is null ? null : (Now("cores") ?? vm.Config!.CoresPerSocket) * (Now("sockets") ?? vm.Config!.Sockets);
        return (Larger(cores, vm.RunningCores), Larger(Now("memory"), vm.RunningMemoryMb));

        int? Now(string key) => int.TryParse(waits.FirstOrDefault(change => change.Field == key)?.Now, out var number) ? number : null;
    }

    private static int? Larger(int? one, int? other) => one is null || other > one ? other : one;
}
