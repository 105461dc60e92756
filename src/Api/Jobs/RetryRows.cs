using Microsoft.EntityFrameworkCore;
using MultiPanel.Contracts.Jobs;
using MultiPanel.Contracts.Workflows;
using MultiPanel.Data;
using MultiPanel.Data.Clusters;
using MultiPanel.Data.Jobs;
using MultiPanel.Data.Templates;
using MultiPanel.Data.Vms;

namespace MultiPanel.Api.Jobs;

/// <summary>
/// The rows that failed jobs refer to, each table read once for all of them. The query filters are off: a super admin retries
/// the jobs of all companies, and what a job refers to may belong to another company by now, which <see cref="RetryTargets"/> checks.
/// </summary>
internal sealed class RetryRows
{
    private readonly Dictionary<int, Cluster> clusters;
    private readonly Dictionary<int, Vm> vms;
    private readonly List<Template> templates;
    private readonly ILookup<(string, int), Job> active;

    private RetryRows(Dictionary<int, Cluster> clusters, Dictionary<int, Vm> vms, List<Template> templates, ILookup<(string, int), Job> active) =>
        (this.clusters, this.vms, this.templates, this.active) = (clusters, vms, templates, active);

    /// <param name="db">Templates are tracked, to be changed.</param>
    /// <param name="jobs">Failed jobs with their commands.</param>
    /// <param name="cancellation">Stops the queries.</param>
    public static async Task<RetryRows> ReadAsync(PanelDb db, IReadOnlyCollection<(Job Job, IJobCommand Command)> jobs, CancellationToken cancellation)
    {
        var clusterIds = jobs.Select(job => job.Job.ClusterId).OfType<int>().Distinct().ToList();
        var vmIds = jobs.Where(job => job.Job.TargetType == "vm").Select(job => job.Job.TargetId).OfType<int>()
            .Union(jobs.Select(job => job.Command).OfType<IReadsSource>().Select(command => command.SourceId)).ToList();
        var templateIds = jobs.Where(job => job.Job.Creates() == CreatedRow.Template).Select(job => job.Job.TargetId).OfType<int>().ToList();
        var vmids = jobs.Select(job => job.Command).OfType<ICreatesTemplate>().Select(command => command.Vmid).OfType<int>().Distinct().ToList();
        var created = jobs.Where(job => job.Job.Creates() != CreatedRow.None && job.Job.TargetId is not null).Select(job => job.Job.TargetId).Distinct().ToList();
        var clusters = await db.Clusters.IgnoreQueryFilters().AsNoTracking().Where(cluster => clusterIds.Contains(cluster.Id))
            .ToDictionaryAsync(cluster => cluster.Id, cancellation);
        var vms = vmIds.Count == 0
            ? []
            : await db.Vms.IgnoreQueryFilters().AsNoTracking().Where(vm => vmIds.Contains(vm.Id)).ToDictionaryAsync(vm => vm.Id, cancellation);
        var templates = templateIds.Count == 0
            ? []
            : await db.Templates.IgnoreQueryFilters()
                .Where(template => templateIds.Contains(template.Id) || (clusterIds.Contains(template.ClusterId) && vmids.Contains(template.Vmid)))
                .ToListAsync(cancellation);
        var active = created.Count == 0
            ? []
            : await db.Jobs.IgnoreQueryFilters().AsNoTracking().Where(job => job.FinishedAt == null && created.Contains(job.TargetId)).ToListAsync(cancellation);
        return new RetryRows(clusters, vms, templates, active.ToLookup(job => (job.TargetType, job.TargetId!.Value)));
    }

    public Cluster? Cluster(int? id) => id is { } known ? clusters.GetValueOrDefault(known) : null;

    public Vm? Vm(int? id) => id is { } known ? vms.GetValueOrDefault(known) : null;

    public Template? Template(Func<Template, bool> matches) => templates.Find(template => matches(template));

    /// <returns>Another job that has not ended and works on the same target.</returns>
    public Job? OtherOnTarget(Job job) =>
        job.TargetId is { } target ? active[(job.TargetType, target)].FirstOrDefault(other => other.Id != job.Id) : null;
}
