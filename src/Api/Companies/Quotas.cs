using System.Globalization;
using Microsoft.EntityFrameworkCore;
using MultiPanel.Api.Http;
using MultiPanel.Contracts.VmOperations;
using MultiPanel.Data;
using MultiPanel.Data.Companies;
using MultiPanel.Data.Vms;

namespace MultiPanel.Api.Companies;

/// <summary>
/// Keeps companies to their quotas. It is asked in the transaction that accepts a command: it holds the company's row until
/// the commit, so that of two commands at the limit one alone is accepted.
/// </summary>
internal sealed class Quotas(PanelDb db)
{
    /// <summary>For a VM that is about to be saved, beside others that the context is about to save.</summary>
    /// <exception cref="ProblemException">409: it would be too much, or the company is no more.</exception>
    public Task ReserveAsync(Vm vm, CancellationToken cancellation) =>
        ReserveAsync(vm.CompanyId, used => Task.FromResult(db.Vms.Local.Where(other => other != vm && other.CompanyId == vm.CompanyId && db.Entry(other).State == EntityState.Added)
            .Aggregate(used + Usage.Of(vm), (sum, other) => sum + Usage.Of(other))), cancellation);

    /// <summary>For a command about to be saved that may make a VM larger.</summary>
    /// <exception cref="ProblemException">409: it would be too much, or the company is no more.</exception>
    public Task ReserveAsync(Vm vm, OperateVm command, CancellationToken cancellation) =>
        Grows(command)
            ? ReserveAsync(vm.CompanyId, _ => Usage.CountAsync(db, vm.CompanyId!.Value, cancellation, (vm.Id, command)), cancellation)
            : Task.CompletedTask;

    public static bool Grows(OperateVm command) => command is { Changes.Cores: not null } or { Changes.MemoryMb: not null } or { DiskGb: not null };

    private async Task ReserveAsync(int? owner, Func<Usage, Task<Usage>> with, CancellationToken cancellation)
    {
        if (owner is not { } id)
        {
            return;
        }

        var company = await db.LockCompanyAsync(id, cancellation)
            ?? throw Problems.Conflict("company_gone", $"There is no company {id} any more.");
        if (company is { MaxVms: null, MaxVcpus: null, MaxMemoryMb: null, MaxDiskGb: null })
        {
            return;
        }

        var used = await Usage.CountAsync(db, id, cancellation);
        var then = await with(used);
        var exceeded = new[]
        {
            Exceeded("max_vms", " VMs", used.Vms, then.Vms, company.MaxVms),
            Exceeded("max_vcpus", " vCPUs", used.Vcpus, then.Vcpus, company.MaxVcpus),
            Exceeded("max_memory_mb", " MiB of memory", used.MemoryMb, then.MemoryMb, company.MaxMemoryMb),
            Exceeded("max_disk_gb", " GiB of disk", used.DiskGb, then.DiskGb, company.MaxDiskGb),
        }.OfType<string>().ToList();
        if (exceeded.Count > 0)
        {
            throw Problems.Conflict("quota_exceeded", string.Join(" ", exceeded));
        }
    }

    private static string? Exceeded(string limit, string unit, double used, double then, int? most) => then > most && then > used
        ? string.Create(
            CultureInfo.InvariantCulture,
            $"The quota {limit} is {most}{unit}: {used:0.##} are in use or promised to jobs under way, and this needs {then - used:0.##} more.")
        : null;
}
