using MultiPanel.Contracts.Jobs;
using MultiPanel.Data;
using MultiPanel.Data.Installations;
using MultiPanel.Hosting.Clusters;
using MultiPanel.Workers.Clusters;

namespace MultiPanel.Workers.Steps;

/// <summary>Gives a step what it works with.</summary>
public sealed class StepContextFactory(ClusterRows clusters, ClusterClients clients, RecentObservations recent, PanelDatabase database,
    InstallationKey installation, TimeProvider clock)
{
    /// <param name="work">The job.</param>
    /// <param name="state">The step as it stands.</param>
    /// <param name="mayHaveActed">See <see cref="StepContext.MayHaveActed"/>.</param>
    /// <exception cref="StepException">The job's cluster is no longer in the panel.</exception>
    public async Task<StepContext> CreateAsync(JobWork work, JobStep state, bool mayHaveActed, CancellationToken cancellation)
    {
        var cluster = (work.Job.ClusterId is { } id ? await clusters.FindAsync(id, cancellation) : null)
            ?? throw new StepException(JobErrorCodes.ClusterUnreachable, "The job's cluster is no longer in the panel.");
        return new StepContext(work, state, cluster, clients.For(cluster), recent, database, clock)
        {
            MayHaveActed = mayHaveActed,
            Installation = await installation.ReadAsync(cancellation),
        };
    }
}
