using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using MultiPanel.Contracts;
using MultiPanel.Contracts.Jobs;
using MultiPanel.Contracts.VmOperations;
using MultiPanel.Data.Vms;

namespace MultiPanel.Data.Companies;

/// <summary>
/// How much a company has, counted from its VMs' rows and its unfinished jobs that make some of them larger. A clone's row is
/// there from its accept on, with the size that it will have, and goes when it is undone or deleted: so commands under way
/// are counted, and nothing can leak. Templates take disk alone. Memory in MiB, disk in GiB.
/// </summary>
public sealed record Usage(int Vms, long Vcpus, long MemoryMb, double DiskGb)
{
    private static readonly string[] Growing = [JobKinds.VmReconfigure, JobKinds.VmResize];

    public static Usage None { get; } = new(0, 0, 0, 0);

    public static Usage Of(Vm vm) => vm.Template ? new(0, 0, 0, vm.DiskGb ?? 0) : new(1, vm.Cores ?? 0, vm.MemoryMb ?? 0, vm.DiskGb ?? 0);

    public static Usage operator +(Usage left, Usage right) =>
        new(left.Vms + right.Vms, left.Vcpus + right.Vcpus, left.MemoryMb + right.MemoryMb, left.DiskGb + right.DiskGb);

    /// <param name="db">In a transaction that holds the company's row, where something follows from the count.</param>
    /// <param name="asked">A command as if it were accepted already, for the VM with that id.</param>
    public static async Task<Usage> CountAsync(
        PanelDb db, int company, CancellationToken cancellation, (int Vm, OperateVm Command)? asked = null)
    {
        var rows = await db.Vms.IgnoreQueryFilters()
            .Where(vm => vm.CompanyId == company)
            .GroupBy(vm => 1)
            .Select(all => new Usage(
                all.Sum(vm => vm.Template ? 0 : 1),
                all.Sum(vm => vm.Template ? 0L : (long?)vm.Cores ?? 0L),
                all.Sum(vm => vm.Template ? 0L : (long?)vm.MemoryMb ?? 0L),
                all.Sum(vm => vm.DiskGb ?? 0)))
            .SingleOrDefaultAsync(cancellation) ?? None;
        var growing = await db.Jobs.IgnoreQueryFilters().AsNoTracking()
            .Where(job => job.CompanyId == company && job.TargetId != null && Growing.Contains(job.Kind)
                && (job.Status == JobStatus.Queued || job.Status == JobStatus.Running || job.Status == JobStatus.Cancelling))
            .Select(job => new { job.TargetId, job.Command })
            .ToListAsync(cancellation);
        var wanted = growing.Select(job => (Vm: job.TargetId!.Value, Command: JsonSerializer.Deserialize<OperateVm>(job.Command, ContractJson.Options)!))
            .Concat(asked is { } more ? [more] : [])
            .ToLookup(job => job.Vm, job => job.Command);
        var ids = wanted.Select(vm => vm.Key).ToList();
        return ids.Count == 0
            ? rows
            : (await db.Vms.IgnoreQueryFilters().AsNoTracking().Where(vm => ids.Contains(vm.Id) && vm.CompanyId == company).ToListAsync(cancellation))
                .Aggregate(rows, (sum, vm) => sum + Growth(vm, [.. wanted[vm.Id]]));
    }

    /// <summary>
    /// What the VM will have more than its row says, once the largest of what is wanted is done. Wanted cores are per socket,
    /// as Proxmox has them; each disk grows by itself.
    /// </summary>
    private static Usage Growth(Vm vm, IReadOnlyList<OperateVm> commands)
    {
        var wanted = (commands.Max(command => command.Changes?.Cores) ?? 0) * (vm.Sockets ?? 1);
        var cores = vm.Template ? 0 : Math.Max(0, wanted - (vm.Cores ?? 0));
        var memory = vm.Template ? 0 : Math.Max(0, (commands.Max(command => command.Changes?.MemoryMb) ?? 0) - (vm.MemoryMb ?? 0));
        var disks = commands.Where(command => command.DiskGb is not null)
            .GroupBy(command => command.Disk ?? (vm.Disks is [var first, ..] ? first.Slot : null))
            .Sum(disk => VmDisk.Growth(vm.Disks, vm.DiskGb, disk.Key, disk.Max(command => command.DiskGb!.Value)));
        return new Usage(0, cores, memory, disks);
    }
}
