using Microsoft.EntityFrameworkCore;
using MultiPanel.Api.Auth;
using MultiPanel.Api.Http;
using MultiPanel.Contracts.Cloning;
using MultiPanel.Data;
using MultiPanel.Data.Clusters;
using MultiPanel.Data.Companies;

namespace MultiPanel.Api.Vms;

/// <summary>Whether a new VM may have the node, the pool and the VMID that were asked for.</summary>
internal sealed class NewVmPlace(PanelDatabase database, VmChecks checks, Caller caller)
{
    /// <exception cref="ProblemException">It may not.</exception>
    public async Task CheckAsync(NewVmRequest request, int clusterId, int? companyId, CancellationToken cancellation)
    {
        await checks.CheckNodeAsync(clusterId, request.Node, cancellation);
        if (request.Pool is null && request.Vmid is null)
        {
            return;
        }

        // A template may be in a cluster that the caller does not see.
        await using var db = database.OpenAll();
        var cluster = await db.Clusters.AsNoTracking().SingleAsync(row => row.Id == clusterId, cancellation);
        var company = companyId is null ? null : await db.Companies.AsNoTracking().SingleOrDefaultAsync(row => row.Id == companyId, cancellation);
        CheckPool(request.Pool, cluster, company);
        await CheckVmidAsync(request.Vmid, cluster, company, db, cancellation);
    }

    /// <summary>Pools tell tenants apart in Proxmox: a tenant chooses its own one or one below it.</summary>
    private void CheckPool(string? pool, Cluster cluster, Company? company)
    {
        if (pool is null || caller.IsSuperAdmin)
        {
            return;
        }

        var own = company?.PoolIn(cluster.Id);
        if (pool != (own ?? cluster.Pool) && (own is null || !pool.StartsWith(own + "/", StringComparison.Ordinal)))
        {
            throw Problems.Invalid("pool", own is null ? "cannot be chosen: your company has no pool of its own in this cluster" : $"must be your company's pool {own}, or one below it");
        }
    }

    private static async Task CheckVmidAsync(int? asked, Cluster cluster, Company? company, PanelDb db, CancellationToken cancellation)
    {
        if (asked is not { } vmid)
        {
            return;
        }

        var (from, to) = company is { VmidFrom: { } first, VmidTo: { } last }
            ? (Math.Max(first, cluster.VmidFrom), Math.Min(last, cluster.VmidTo))
            : (cluster.VmidFrom, cluster.VmidTo);
        if (vmid < from || vmid > to)
        {
            throw Problems.Invalid("vmid", $"must be from {from} to {to}, the VMIDs that the panel may take here");
        }

        if (await db.Vms.AnyAsync(vm => vm.ClusterId == cluster.Id && vm.Vmid == vmid, cancellation))
        {
            throw Problems.Taken("vmid_taken", "vmid", $"VMID {vmid} is taken in this cluster; leave it out for the next free one.");
        }
    }
}
