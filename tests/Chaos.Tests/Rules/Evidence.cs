using Microsoft.EntityFrameworkCore;
using MultiPanel.Chaos.Tests.Load;
using MultiPanel.Contracts.Cloning;
using MultiPanel.Contracts.Jobs;
using MultiPanel.Contracts.Orphans;
using MultiPanel.Data.Jobs;
using MultiPanel.Data.Vms;
using MultiPanel.Simulator;
using MultiPanel.TestKit.Processes;

namespace MultiPanel.Chaos.Tests.Rules;

/// <summary>What is left when all is over: the database's rows, Proxmox as it has come to be, and what Redis still holds.</summary>
public sealed class Evidence
{
    private Evidence(Tally tally) => Accepted = tally.Accepted;

    public IReadOnlyDictionary<Guid, string> Accepted { get; }

    /// <summary>All jobs.</summary>
    public required IReadOnlyList<Job> Rows { get; init; }

    /// <summary>Those that are about one VM.</summary>
    public required IReadOnlyList<JobRecord> Records { get; init; }

    public required IReadOnlyList<Vm> Vms { get; init; }

    /// <summary>As the API lists them.</summary>
    public required IReadOnlyList<OrphanView> Orphans { get; init; }

    /// <summary>By the panel's id.</summary>
    public required IReadOnlyDictionary<int, SimulatedCluster> Clusters { get; init; }

    public required IReadOnlyList<string> Leftovers { get; init; }

    public IEnumerable<JobRecord> Clones => Records.Where(job => job.IsClone);

    public static async Task<Evidence> GatherAsync(Installation installation, Tally tally)
    {
        using var admin = await installation.SignInAsync("admin");
        var leftovers = await Load.Leftovers.WaitAsync(installation);
        await using var db = installation.Database.OpenAll();
        var clusters = installation.Simulator.Clusters.ToDictionary(cluster => installation.Tenants.Clusters[cluster.Name]);
        var rows = await db.Jobs.AsNoTracking().OrderBy(job => job.Id).ToListAsync();
        var vmids = rows.Where(row => row.Workflow == JobMessages.Queue(typeof(CloneVm))).ToDictionary(row => row.TargetId!.Value, JobRecord.ReservedVmid);
        return new Evidence(tally)
        {
            Rows = rows,
            Records = [.. rows.Where(row => row.TargetId is not null).Select(row => new JobRecord(row, clusters[row.ClusterId!.Value], vmids.GetValueOrDefault(row.TargetId!.Value)))],
            Vms = await db.Vms.AsNoTracking().ToListAsync(),
            Orphans = await admin.GetAsync<IReadOnlyList<OrphanView>>("/api/orphans?limit=500"),
            Clusters = clusters,
            Leftovers = leftovers,
        };
    }

    /// <summary>The jobs' rows, as an operator would want them; only those whose ids these sentences name.</summary>
    public string Jobs(IReadOnlyList<string>? named = null) => string.Join(
        '\n', Records.Where(job => named is null || named.Any(text => text.Contains($"{job.Row.Id}", StringComparison.Ordinal))).Select(job => job.Describe()));

    public override string ToString() => string.Join(
        '\n',
        Records.GroupBy(job => $"{job.Row.Status}{(job.Row is { Status: JobStatus.Failed, Error: { } error } ? $" {job.Row.Kind} ({error.Code}: {error.Message})" : "")}").OrderBy(group => group.Key)
            .Select(group => $"{group.Count()} {group.Key}"));
}
