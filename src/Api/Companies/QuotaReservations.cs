using System.Globalization;
using MultiPanel.Api.Http;
using MultiPanel.Contracts.Workflows;
using MultiPanel.Data.Companies;
using MultiPanel.Data.Vms;

namespace MultiPanel.Api.Companies;

/// <summary>What several commands of one transaction reserve, one after the other; see <see cref="Quotas.BeginAsync"/>.</summary>
internal sealed class QuotaReservations
{
    private readonly Dictionary<int, (Company Company, UsageLedger? Usage)> opened = [];

    /// <param name="company">A company whose row the transaction holds.</param>
    /// <param name="usage">Null: it has no quota.</param>
    public void Open(Company company, UsageLedger? usage) => opened[company.Id] = (company, usage);

    /// <summary>Reserves a new VM.</summary>
    /// <returns>Null: it is reserved. Else 409: it would be too much, or the company is no more.</returns>
    public ProblemException? Reserve(Vm vm) => Reserve(vm.CompanyId, usage => usage.With(vm), usage => usage.Add(vm));

    /// <summary>Reserves what the VM grows by.</summary>
    /// <returns>Null: it is reserved. Else 409: it would be too much, or the company is no more.</returns>
    public ProblemException? Reserve(Vm vm, WantedSize size) =>
        Reserve(vm.CompanyId, usage => usage.With(vm.Id, size), usage => usage.Add(vm.Id, size));

    private ProblemException? Reserve(int? owner, Func<UsageLedger, Usage> with, Action<UsageLedger> add)
    {
        if (owner is not { } id)
        {
            return null;
        }

        if (!opened.TryGetValue(id, out var known))
        {
            return Problems.Conflict("company_gone", $"There is no company {id} any more.");
        }

        if (known.Usage is not { } usage)
        {
            return null;
        }

        if (Exceeded(known.Company, usage.Total, with(usage)) is { Count: > 0 } exceeded)
        {
            return Problems.Conflict("quota_exceeded", string.Join(" ", exceeded));
        }

        add(usage);
        return null;
    }

    private static List<string> Exceeded(Company company, Usage used, Usage then) =>
    [
        .. new[]
        {
            Exceeded("max_vms", " VMs", used.Vms, then.Vms, company.MaxVms),
            Exceeded("max_vcpus", " vCPUs", used.Vcpus, then.Vcpus, company.MaxVcpus),
            Exceeded("max_memory_mb", " MiB of memory", used.MemoryMb, then.MemoryMb, company.MaxMemoryMb),
            Exceeded("max_disk_gb", " GiB of disk", used.DiskGb, then.DiskGb, company.MaxDiskGb),
        }.OfType<string>(),
    ];

    private static string? Exceeded(string limit, string unit, double used, double then, int? most) => then > most && then > used
        ? string.Create(
            CultureInfo.InvariantCulture,
            $"The quota {limit} is {most}{unit}: {used:0.##} are in use or promised to jobs under way, and this needs {then - used:0.##} more.")
        : null;
}
