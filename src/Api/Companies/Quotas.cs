using MultiPanel.Api.Http;
using MultiPanel.Contracts.Workflows;
using MultiPanel.Data;
using MultiPanel.Data.Companies;
using MultiPanel.Data.Vms;

namespace MultiPanel.Api.Companies;

/// <summary>
/// Keeps companies to their quotas. Ask it in the transaction that accepts a command: it holds the company's row until the
/// commit, so that of two commands at the limit only one is accepted.
/// </summary>
internal sealed class Quotas(PanelDb db)
{
    /// <summary>For a VM that is about to be saved.</summary>
    /// <exception cref="ProblemException">409: it would be too much, or the company is no more.</exception>
    public async Task ReserveAsync(Vm vm, CancellationToken cancellation)
    {
        var reservations = await BeginAsync([vm.CompanyId], [], cancellation);
        if (reservations.Reserve(vm) is { } why)
        {
            throw why;
        }
    }

    /// <summary>For a command about to be saved that may make a VM larger.</summary>
    /// <exception cref="ProblemException">409: it would be too much, or the company is no more.</exception>
    public async Task ReserveAsync(Vm vm, IGrowsVm command, CancellationToken cancellation)
    {
        if (command.Wanted is { } size && (await BeginAsync([vm.CompanyId], [vm.Id], cancellation)).Reserve(vm, size) is { } why)
        {
            throw why;
        }
    }

    /// <summary>For many commands at once: locks their companies, in the one order in which all lock them, and counts each company once.</summary>
    /// <param name="companies">The owners of all VMs that will be asked about; null is the platform, which has no quota.</param>
    /// <param name="growing">The ids of all VMs that may become larger.</param>
    /// <param name="cancellation">Stops the queries.</param>
    public async Task<QuotaReservations> BeginAsync(IEnumerable<int?> companies, IReadOnlyCollection<int> growing, CancellationToken cancellation)
    {
        var locked = new List<Company>();
        foreach (var id in companies.OfType<int>().Distinct().Order())
        {
            // All locks come before the first read: that read fixes what a transaction of MariaDB sees, and the count would
            // miss what another transaction reserved while this one waited for the lock.
            if (await db.LockCompanyAsync(id, cancellation) is { } company)
            {
                locked.Add(company);
            }
        }

        var reservations = new QuotaReservations();
        foreach (var company in locked)
        {
            reservations.Open(company, company.HasQuota() ? await UsageLedger.ReadAsync(db, company.Id, growing, cancellation) : null);
        }

        return reservations;
    }
}
