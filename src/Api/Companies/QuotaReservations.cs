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

        if (known.Company.Exceeded(usage.Total, with(usage)) is { Count: > 0 } exceeded)
        {
            return Problems.Conflict("quota_exceeded", string.Join(" ", exceeded));
        }

        add(usage);
        return null;
    }
}
