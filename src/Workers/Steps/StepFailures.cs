using MultiPanel.Contracts.Jobs;
using MultiPanel.Data.Clusters;
using MultiPanel.Hosting.Clusters;
using MultiPanel.Proxmox.Errors;
using MultiPanel.Workers.Admission;
using MultiPanel.Workers.Clusters;

namespace MultiPanel.Workers.Steps;

/// <summary>What follows from a failed call to Proxmox: for the step, for the cluster, and for the node's slots.</summary>
public sealed class StepFailures(StepSlots slots, ClusterOutages outages, ClusterClients clients, TimeProvider clock)
{
    private static readonly TimeSpan AnswerLimit = TimeSpan.FromSeconds(5);

    /// <param name="mayHaveActed">An earlier try may have acted.</param>
    /// <param name="heldSlot">When this try began, an earlier one had its slot still: how that ended is not known.</param>
    /// <param name="acts">False: it failed while looking, so what an earlier try left running keeps its slot.</param>
    public async Task<StepOutcome> OfProxmoxAsync(
        PveException failure, JobWork work, JobStep state, Cluster cluster, bool acts, bool heldSlot, bool mayHaveActed, CancellationToken cancellation)
    {
        if (FailurePolicy.IsOutage(failure) || (FailurePolicy.MayBeOutage(failure) && !await AnswersAsync(cluster, cancellation)))
        {
            var since = await outages.RecordUnreachableAsync(cluster.Id);
            return FailurePolicy.WaitForCluster(ClusterOutages.Message(cluster.Name, since, failure.Text)) with { KeepsSlot = !acts };
        }

        if (acts && FailurePolicy.IsJam(failure) && work.Job.HeldSlot() is { } slot)
        {
            await slots.SlowDownAsync(slot, cancellation);
        }

        var made = FailurePolicy.HasMadeVm(work.Job);
        return FailurePolicy.After(failure, cluster.Name, state, mayHaveActed, clock.GetUtcNow().UtcDateTime, made) switch
        {
            StepOutcome.Later later => later with { KeepsSlot = later.KeepsSlot || !acts },
            StepOutcome.Failed failed => failed with { Refused = acts && !heldSlot && FailurePolicy.IsRefusal(failure, state) },
            var outcome => outcome,
        };
    }

    /// <summary>One slow call is no outage; a cluster that does not even answer with its version counts as unreachable.</summary>
    private async Task<bool> AnswersAsync(Cluster cluster, CancellationToken cancellation)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(AnswerLimit);
        try
        {
            return await clients.For(cluster).VersionAsync(limit.Token) is not null;
        }
        catch (Exception silent) when (silent is PveException || (silent is OperationCanceledException && !cancellation.IsCancellationRequested))
        {
            return false;
        }
    }
}
