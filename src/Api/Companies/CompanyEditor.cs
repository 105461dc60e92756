using Microsoft.EntityFrameworkCore;
using MultiPanel.Api.Clusters;
using MultiPanel.Api.Formats;
using MultiPanel.Api.Http;
using MultiPanel.Contracts.Companies;
using MultiPanel.Contracts.Jobs;
using MultiPanel.Data;
using MultiPanel.Data.Companies;

namespace MultiPanel.Api.Companies;

/// <summary>Adds, changes and deletes companies.</summary>
internal sealed class CompanyEditor(PanelDb db, TimeProvider clock)
{
    private const int MostPools = 500;

    public static void Check(CompanyRequest company, Rules rules)
    {
        rules.Text("name", company.Name, name => name.Trim() == name && name.Length is > 0 and <= 100, "must have 1 to 100 characters, without blanks at its ends");
        rules.Line("name", company.Name, 400);
        rules.Range("max_vms", company.MaxVms, 0, int.MaxValue);
        rules.Range("max_vcpus", company.MaxVcpus, 0, int.MaxValue);
        rules.Range("max_memory_mb", company.MaxMemoryMb, 0, int.MaxValue, " MiB");
        rules.Range("max_disk_gb", company.MaxDiskGb, 0, int.MaxValue, " GiB");
        rules.Range("max_desktops", company.MaxDesktops, 0, int.MaxValue);
        rules.Range("vmid_from", company.VmidFrom, ClusterRules.LowestVmid, ClusterRules.HighestVmid);
        rules.Range("vmid_to", company.VmidTo, ClusterRules.LowestVmid, ClusterRules.HighestVmid);
        CheckPools(company.Pools, rules);
    }

    private static void CheckPools(IReadOnlyList<CompanyPool>? pools, Rules rules)
    {
        if (pools is null)
        {
            return;
        }

        rules.That(pools.Count <= MostPools, "pools", $"must be at most {MostPools}");
        for (var number = 0; number < Math.Min(pools.Count, MostPools); number++)
        {
            rules.Required($"pools[{number}].pool", pools[number].Pool);
            rules.Text($"pools[{number}].pool", pools[number].Pool, ProxmoxFormats.IsPool, ProxmoxFormats.PoolText);
        }

        rules.That(pools.Select(pool => pool.ClusterId).Distinct().Count() == pools.Count, "pools", "must not name a cluster twice");
    }

    public async Task<Company> CreateAsync(CompanyRequest request, CancellationToken cancellation)
    {
        var company = new Company { Name = request.Name!, CreatedAt = clock.GetUtcNow().UtcDateTime };
        Take(company, request, _ => true);
        await CheckClustersAsync(request.Pools, cancellation);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        await CheckRangeAsync(company, cancellation);
        db.Companies.Add(company);
        await SaveAsync(company, cancellation);
        await transaction.CommitAsync(cancellation);
        return company;
    }

    /// <param name="given">Whether a field was in the body, be it as null.</param>
    public async Task ChangeAsync(Company company, CompanyRequest request, Func<string, bool> given, CancellationToken cancellation)
    {
        company.Name = request.Name ?? company.Name;
        Take(company, request, given);
        await CheckClustersAsync(request.Pools, cancellation);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        if (given("vmid_from") || given("vmid_to"))
        {
            await CheckRangeAsync(company, cancellation);
        }

        await SaveAsync(company, cancellation);
        await transaction.CommitAsync(cancellation);
    }

    /// <exception cref="ProblemException">409: something is left of it.</exception>
    public async Task DeleteAsync(Company company, CancellationToken cancellation)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        // A request that makes a VM for it meanwhile waits for this row, and then finds it gone.
        await db.LockCompanyAsync(company.Id, cancellation);
        var left = new (int Count, string What)[]
        {
            (await db.Vms.CountAsync(vm => vm.CompanyId == company.Id, cancellation), "VM(s)"),
            (await db.Clusters.CountAsync(cluster => cluster.CompanyId == company.Id, cancellation), "cluster(s)"),
            (await db.Templates.CountAsync(template => template.CompanyId == company.Id, cancellation), "template(s)"),
            (await db.Users.CountAsync(user => user.CompanyId == company.Id, cancellation), "user(s)"),
            (await db.Groups.CountAsync(group => group.CompanyId == company.Id, cancellation), "group(s)"),
            (await db.Jobs.CountAsync(
                job => job.CompanyId == company.Id
                    && (job.Status == JobStatus.Queued || job.Status == JobStatus.Running || job.Status == JobStatus.Cancelling),
                cancellation), "job(s) that are not over"),
        };
        if (left.Any(one => one.Count > 0))
        {
            var what = string.Join(", ", left.Where(one => one.Count > 0).Select(one => $"{one.Count} {one.What}"));
            throw Problems.Conflict("company_in_use", $"'{company.Name}' still has {what}; delete or move them first.");
        }

        db.Companies.Remove(company);
        await db.SaveChangesAsync(cancellation);
        await transaction.CommitAsync(cancellation);
    }

    private static void Take(Company company, CompanyRequest request, Func<string, bool> given)
    {
        company.MaxVms = given("max_vms") ? request.MaxVms : company.MaxVms;
        company.MaxVcpus = given("max_vcpus") ? request.MaxVcpus : company.MaxVcpus;
        company.MaxMemoryMb = given("max_memory_mb") ? request.MaxMemoryMb : company.MaxMemoryMb;
        company.MaxDiskGb = given("max_disk_gb") ? request.MaxDiskGb : company.MaxDiskGb;
        company.MaxDesktops = given("max_desktops") ? request.MaxDesktops : company.MaxDesktops;
        company.VmidFrom = given("vmid_from") ? request.VmidFrom : company.VmidFrom;
        company.VmidTo = given("vmid_to") ? request.VmidTo : company.VmidTo;
        company.Pools = given("pools") ? request.Pools is { Count: > 0 } pools ? [.. pools] : null : company.Pools;
    }

    private async Task CheckClustersAsync(IReadOnlyList<CompanyPool>? pools, CancellationToken cancellation)
    {
        var ids = pools?.Select(pool => pool.ClusterId).ToList() ?? [];
        if (ids.Count > 0 && ids.Except(await db.Clusters.Where(cluster => ids.Contains(cluster.Id)).Select(cluster => cluster.Id).ToListAsync(cancellation)).ToList() is [var unknown, ..])
        {
            throw Problems.Invalid($"pools[{ids.IndexOf(unknown)}].cluster_id", $"must be a cluster's id; there is no cluster {unknown}");
        }
    }

    private async Task CheckRangeAsync(Company company, CancellationToken cancellation)
    {
        if (company.VmidFrom is null != company.VmidTo is null)
        {
            throw Problems.Invalid(company.VmidFrom is null ? "vmid_from" : "vmid_to", "is required beside the other end of the range");
        }

        if (company is not { VmidFrom: { } from, VmidTo: { } to })
        {
            return;
        }

        if (from > to)
        {
            throw Problems.Invalid("vmid_to", $"must not be below vmid_from, which is {from}");
        }

        var clusters = await db.Clusters.AsNoTracking().Where(cluster => cluster.CompanyId == null || cluster.CompanyId == company.Id).ToListAsync(cancellation);
        if (clusters.Count > 0 && !clusters.Exists(cluster => cluster.VmidFrom <= from && to <= cluster.VmidTo))
        {
            var ranges = string.Join(", ", clusters.Select(cluster => $"{cluster.Name} has {cluster.VmidFrom} to {cluster.VmidTo}"));
            throw Problems.Invalid("vmid_from", $"begins a range that lies within no cluster's: {ranges}");
        }

        var others = await db.LockCompaniesAsync(cancellation);
        if (others.FirstOrDefault(other => other.Id != company.Id && other.VmidFrom <= to && other.VmidTo >= from) is { } other)
        {
            throw Problems.Taken("vmid_range_taken", "vmid_from", $"VMIDs from {other.VmidFrom} to {other.VmidTo} are '{other.Name}''s; ranges of two companies must not overlap.");
        }
    }

    private async Task SaveAsync(Company company, CancellationToken cancellation)
    {
        try
        {
            await db.SaveChangesAsync(cancellation);
        }
        catch (DbUpdateException taken) when (DatabaseFailures.IsDuplicate(taken))
        {
            throw Problems.Taken("company_exists", "name", $"There is a company named '{company.Name}' already.");
        }
    }
}
