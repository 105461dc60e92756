using Microsoft.EntityFrameworkCore;
using MultiPanel.Api.Http;
using MultiPanel.Api.Live;
using MultiPanel.Contracts.Clusters;
using MultiPanel.Contracts.Jobs;
using MultiPanel.Data;
using MultiPanel.Data.Clusters;
using MultiPanel.Data.Secrets;
using MultiPanel.Progress;

namespace MultiPanel.Api.Clusters;

/// <summary>Adds, changes and deletes clusters.</summary>
internal sealed class ClusterEditor(PanelDb db, SecretBox secrets, ClusterKeys keys, CurrentJobs live, TimeProvider clock)
{
    public async Task<Cluster> CreateAsync(ClusterRequest request, CancellationToken cancellation)
    {
        await CheckCompanyAsync(request.CompanyId, cancellation);
        var cluster = new Cluster
        {
            Name = request.Name!,
            Endpoints = Endpoints(request),
            Auth = ClusterRules.AuthOf(request),
            Identity = request.Identity!,
            SealedSecret = secrets.Seal(request.Secret!),
            Fingerprint = Fingerprints.Compact(request.Fingerprint),
            VmidFrom = request.VmidFrom ?? ClusterRules.LowestVmid,
            VmidTo = request.VmidTo ?? ClusterRules.HighestVmid,
            CompanyId = request.CompanyId,
            Pool = request.Pool,
            CreatedAt = clock.GetUtcNow().UtcDateTime,
        };
        CheckRange(cluster);
        cluster.VmidNext = cluster.VmidFrom;
        db.Clusters.Add(cluster);
        await SaveAsync(cluster, cancellation);
        return cluster;
    }

    /// <param name="given">Whether a field was in the body, be it as null.</param>
    public async Task ChangeAsync(Cluster cluster, ClusterRequest request, Func<string, bool> given, CancellationToken cancellation)
    {
        await CheckCompanyAsync(request.CompanyId, cancellation);
        cluster.Name = request.Name ?? cluster.Name;
        cluster.VmidFrom = request.VmidFrom ?? cluster.VmidFrom;
        cluster.VmidTo = request.VmidTo ?? cluster.VmidTo;
        CheckRange(cluster);
        cluster.VmidNext = Math.Clamp(cluster.VmidNext, cluster.VmidFrom, cluster.VmidTo);
        cluster.CompanyId = given("company_id") ? request.CompanyId : cluster.CompanyId;
        cluster.Pool = given("pool") ? request.Pool : cluster.Pool;
        if (request.Endpoints is not null || request.Identity is not null || request.Auth is not null || request.Secret is not null || given("fingerprint"))
        {
            Reconnect(cluster, request, given);
        }

        await SaveAsync(cluster, cancellation);
    }

    /// <param name="force">Also where the panel has VMs there that it made or gave to a company.</param>
    public async Task DeleteAsync(Cluster cluster, bool force, CancellationToken cancellation)
    {
        var active = await db.Jobs.CountAsync(
            job => job.ClusterId == cluster.Id
                && (job.Status == JobStatus.Queued || job.Status == JobStatus.Running || job.Status == JobStatus.Cancelling),
            cancellation);
        if (active > 0)
        {
            throw Problems.Conflict("cluster_in_use", $"{active} job(s) are not over on this cluster; wait for them or cancel them.");
        }

        var vms = db.Vms.Where(vm => vm.ClusterId == cluster.Id);
        var owned = await vms.CountAsync(vm => vm.CompanyId != null || vm.CreatedByJob != null, cancellation);
        if (owned > 0 && !force)
        {
            throw Problems.Conflict(
                "cluster_in_use", $"{owned} VM(s) of this cluster belong to companies or were made here; force=true forgets them too. Nothing is deleted in Proxmox.");
        }

        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        // Its own row first: the inventory holds that while it adds rows, so none comes after those below are deleted.
        db.Clusters.Remove(cluster);
        await db.SaveChangesAsync(cancellation);
        await vms.ExecuteDeleteAsync(cancellation);
        await db.Templates.Where(template => template.ClusterId == cluster.Id).ExecuteDeleteAsync(cancellation);
        await db.Orphans.Where(orphan => orphan.ClusterId == cluster.Id).ExecuteDeleteAsync(cancellation);
        await transaction.CommitAsync(cancellation);
        await live.TryAsync(() => keys.DeleteAsync(cluster.Id), false); // where Redis is unreachable the inventory does it later
    }

    private void Reconnect(Cluster cluster, ClusterRequest request, Func<string, bool> given)
    {
        CheckSecretStays(cluster, request, given);
        cluster.Endpoints = request.Endpoints is null ? cluster.Endpoints : Endpoints(request);
        cluster.Identity = request.Identity ?? cluster.Identity;
        cluster.Auth = ClusterRules.AuthOf(request with { Identity = cluster.Identity });
        cluster.SealedSecret = request.Secret is null ? cluster.SealedSecret : secrets.Seal(request.Secret);
        cluster.Fingerprint = given("fingerprint") ? Fingerprints.Compact(request.Fingerprint) : cluster.Fingerprint;
        if (cluster.Auth == ClusterAuth.Token != ClusterRules.IsToken(cluster.Identity))
        {
            throw Problems.Invalid("auth", $"must fit the identity, which is {cluster.Identity}");
        }

        if (request.Secret is { } secret && cluster.Auth == ClusterAuth.Token && !System.Text.Ascii.IsValid(secret))
        {
            throw Problems.Invalid("secret", ClusterRules.AsciiSecret);
        }

        cluster.Nodes = request.Endpoints is null ? cluster.Nodes : null; // those of another cluster perhaps
        cluster.Revision++;
    }

    /// <summary>
    /// The stored secret goes nowhere that it was not entered for: a user who may edit a cluster must not learn it by
    /// naming a server of their own, or by having any certificate do.
    /// </summary>
    private static void CheckSecretStays(Cluster cluster, ClusterRequest request, Func<string, bool> given)
    {
        if (request.Secret is not null)
        {
            return;
        }

        var known = cluster.Endpoints.Select(endpoint => new Uri(endpoint).Authority).ToHashSet(StringComparer.OrdinalIgnoreCase);
        if ((request.Endpoints ?? []).Select(endpoint => new Uri(EndpointAddress.Read(endpoint)).Authority).FirstOrDefault(host => !known.Contains(host)) is { } other)
        {
            throw Problems.Invalid("secret", $"must be given again: the stored one was not entered for {other} and is not sent there");
        }

        if (given("fingerprint") && request.Fingerprint is null && cluster.Fingerprint is not null)
        {
            throw Problems.Invalid("secret", "must be given again: the stored one was entered for the pinned certificate and is not sent to a server without it");
        }
    }

    private async Task CheckCompanyAsync(int? company, CancellationToken cancellation)
    {
        if (company is { } id && !await db.Companies.AnyAsync(c => c.Id == id, cancellation))
        {
            throw Problems.Invalid("company_id", $"must be a company's id; there is no company {id}");
        }
    }

    private static void CheckRange(Cluster cluster)
    {
        if (cluster.VmidFrom > cluster.VmidTo)
        {
            throw Problems.Invalid("vmid_to", $"must not be below vmid_from, which is {cluster.VmidFrom}");
        }
    }

    private async Task SaveAsync(Cluster cluster, CancellationToken cancellation)
    {
        try
        {
            await db.SaveChangesAsync(cancellation);
        }
        catch (DbUpdateException taken) when (DatabaseFailures.IsDuplicate(taken))
        {
            throw Problems.Conflict("cluster_exists", $"There is a cluster named '{cluster.Name}' already.");
        }
    }

    private static List<string> Endpoints(ClusterRequest request) =>
        [.. request.Endpoints!.Select(EndpointAddress.Read).Distinct()];
}
