using MultiPanel.Contracts.Jobs;
using MultiPanel.Proxmox;

namespace MultiPanel.Workers.Steps;

/// <summary>What a failed call to Proxmox means for a step: look again, wait, or give up.</summary>
public static class Patience
{
    /// <summary>A lost answer is looked into soon: the effect shows within a second or two.</summary>
    private static readonly TimeSpan LookAgain = TimeSpan.FromSeconds(2);

    private static readonly TimeSpan ClusterPause = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan TransientPause = TimeSpan.FromSeconds(3);

    /// <summary>How long a lock, a busy node or a node's short absence is waited for.</summary>
    private static readonly TimeSpan TransientLimit = TimeSpan.FromSeconds(60);

    public static StepOutcome After(PveException failure, string cluster, JobStep state, DateTime now)
    {
        if (failure is PveUnreachableException { TlsRefused: false } && !failure.OutcomeUnknown)
        {
            // The job waits as long as its cluster is away, and says so.
            return new StepOutcome.Later(ClusterPause, $"Cluster {cluster} unreachable: {failure.Text}");
        }

        var since = now - (state.TroubleSince ?? now);
        if (failure.OutcomeUnknown && since < TransientLimit)
        {
            return new StepOutcome.Later(LookAgain, $"The answer was lost ({failure.Text}); looking whether it was done") { Trouble = true };
        }

        return failure.IsTransient && since < TransientLimit
            ? new StepOutcome.Later(TransientPause, $"Waiting: {failure.Text}") { Trouble = true }
            : new StepOutcome.Failed(JobErrors.Of(failure, cluster));
    }
}
