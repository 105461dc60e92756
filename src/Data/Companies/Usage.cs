using MultiPanel.Data.Vms;

namespace MultiPanel.Data.Companies;

/// <summary>
/// How much a company has, counted from its VMs' rows and its unfinished jobs that make some of them larger. A clone's row
/// exists from its accept on, with the size that it will have, and goes when it is undone or deleted: so commands under way
/// are counted, and nothing can leak. Of what a VM is configured with and what it runs with the larger counts: a change may
/// wait for the next start. Templates take only disk. Memory in MiB, disk in GiB.
/// </summary>
public sealed record Usage(int Vms, long Vcpus, long MemoryMb, double DiskGb)
{
    public static Usage None { get; } = new(0, 0, 0, 0);

    public static Usage Of(Vm vm) => vm.Template ? new(0, 0, 0, vm.DiskGb ?? 0) : new(1, CoresOf(vm), MemoryOf(vm), vm.DiskGb ?? 0);

    public static int CoresOf(Vm vm) => Math.Max(vm.Cores ?? 0, vm.RunningCores ?? 0);

    public static int MemoryOf(Vm vm) => Math.Max(vm.MemoryMb ?? 0, vm.RunningMemoryMb ?? 0);

    public static Usage operator +(Usage left, Usage right) =>
        new(left.Vms + right.Vms, left.Vcpus + right.Vcpus, left.MemoryMb + right.MemoryMb, left.DiskGb + right.DiskGb);

    public static Usage operator -(Usage left, Usage right) =>
        new(left.Vms - right.Vms, left.Vcpus - right.Vcpus, left.MemoryMb - right.MemoryMb, left.DiskGb - right.DiskGb);

    public static async Task<Usage> CountAsync(PanelDb db, int company, CancellationToken cancellation) =>
        (await UsageLedger.ReadAsync(db, company, [], cancellation)).Total;
}
