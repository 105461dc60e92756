using System.Globalization;
using Microsoft.EntityFrameworkCore;
using MultiPanel.Contracts.Jobs;
using MultiPanel.Contracts.Workflows;
using MultiPanel.Data.Companies;
using MultiPanel.Data.Vms;
using MultiPanel.Hosting.Vms;
using MultiPanel.Proxmox.Qemu;
using MultiPanel.Workers.Steps;

namespace MultiPanel.Workers.Vms;

/// <summary>
/// Keeps a company to its quota where only Proxmox knows how large its VM becomes, so that the accept could not count it. The
/// size is written to the job, which counts until it ends: a look at the VM meanwhile does not take it away.
/// </summary>
internal static class GrowthGuard
{
    /// <summary>For a VM that gets the size that it had at a snapshot.</summary>
    /// <exception cref="StepException">It would be more than the company may have.</exception>
    public static Task ReserveAsync(StepContext step, QemuConfig snapshot, CancellationToken cancellation) => ReserveAsync(
        step,
        new WantedSize(snapshot.Cores, snapshot.MemoryMb, null, null) { Sockets = snapshot.Sockets, DisksGb = VmDisk.Sum(ConfiguredDisks.Sizes(snapshot)) },
        "it had at the snapshot",
        cancellation);

    /// <summary>For a size that was accepted by what the panel knew of the VM then: it is counted again by what the VM is now.</summary>
    /// <inheritdoc cref="ReserveAsync(StepContext, QemuConfig, CancellationToken)"/>
    public static Task ConfirmAsync(StepContext step, WantedSize wanted, CancellationToken cancellation) =>
        ReserveAsync(step, wanted, "was asked for", cancellation);

    /// <param name="whose">Where the size comes from, as the error ends: <c>it had at the snapshot</c>.</param>
    /// <inheritdoc cref="ReserveAsync(StepContext, QemuConfig, CancellationToken)"/>
    public static async Task ReserveAsync(StepContext step, WantedSize size, string whose, CancellationToken cancellation)
    {
        var (vm, job) = (step.Vm, step.Job);
        if (vm.CompanyId is not { } owner || UsageLedger.Growth(vm, [size]) == Usage.None)
        {
            return;
        }

        await using var db = step.Database.OpenAll();
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        if (await db.LockCompanyAsync(owner, cancellation) is { } company && company.HasQuota())
        {
            var usage = await UsageLedger.ReadAsync(db, owner, [vm.Id], cancellation, except: job.Id);
            var then = usage.With(vm.Id, size);
            if (company.Exceeded(usage.Total, then) is { Count: > 0 } exceeded)
            {
                var more = then - usage.Total;
                throw new StepException(
                    JobErrorCodes.QuotaExceeded,
                    string.Create(CultureInfo.InvariantCulture, $"{vm.Name} would need {more.Vcpus} vCPUs, {more.MemoryMb} MiB of memory and {more.DiskGb:0.##} GiB of disk more than is counted for it, ")
                    + $"for the size that {whose}. {string.Join(" ", exceeded)}");
            }
        }

        job.GrowsTo = size;
        await db.Jobs.Where(row => row.Id == job.Id).ExecuteUpdateAsync(set => set.SetProperty(row => row.GrowsTo, size), cancellation);
        await transaction.CommitAsync(cancellation);
    }
}
