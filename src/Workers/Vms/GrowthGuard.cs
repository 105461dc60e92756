using Microsoft.EntityFrameworkCore;
using MultiPanel.Contracts.Jobs;
using MultiPanel.Contracts.Workflows;
using MultiPanel.Data.Companies;
using MultiPanel.Workers.Steps;

namespace MultiPanel.Workers.Vms;

/// <summary>
/// Keeps a company to its quota where only Proxmox knows how large its VM becomes, so that the accept could not count it:
/// at a rollback to a snapshot that was taken when the VM was larger, and at a clone of one.
/// </summary>
internal static class GrowthGuard
{
    /// <summary>Reserves the size in the VM's row; what it is in the end is written when the VM is looked at afterwards.</summary>
    /// <exception cref="StepException">It would be more than the company may have.</exception>
    public static async Task ReserveAsync(StepContext step, int cores, int memoryMb, CancellationToken cancellation)
    {
        var vm = step.Vm;
        if (vm.CompanyId is not { } owner || (cores <= vm.Cores && memoryMb <= vm.MemoryMb))
        {
            return;
        }

        await using var db = step.Database.OpenAll();
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        if (await db.LockCompanyAsync(owner, cancellation) is { } company && company.HasQuota())
        {
            var sockets = vm.Sockets ?? 1;
            var usage = await UsageLedger.ReadAsync(db, owner, [vm.Id], cancellation);
            var then = usage.With(vm.Id, new WantedSize((cores + sockets - 1) / sockets, memoryMb, null, null));
            if (company.Exceeded(usage.Total, then) is { Count: > 0 } exceeded)
            {
                throw new StepException(
                    JobErrorCodes.QuotaExceeded, $"{vm.Name} would have {cores} cores and {memoryMb} MiB, as they were at the snapshot. {string.Join(" ", exceeded)}");
            }
        }

        (vm.Cores, vm.MemoryMb) = (Math.Max(cores, vm.Cores ?? 0), Math.Max(memoryMb, vm.MemoryMb ?? 0));
        await db.Vms.Where(row => row.Id == vm.Id)
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.Cores, vm.Cores).SetProperty(row => row.MemoryMb, vm.MemoryMb), cancellation);
        await transaction.CommitAsync(cancellation);
    }
}
