using MultiPanel.Contracts.Jobs;

namespace MultiPanel.Chaos.Tests.Rules;

/// <summary>Where each task changes something, there are as many as succeeded jobs; one that was cancelled may have come too late to be stopped.</summary>
public sealed class EffectsHappenOnce : Rule
{
    private static readonly (string Kind, string Task)[] Each =
    [
        ("vm.reset", "qmreset"),
        ("vm.reboot", "qmreboot"),
        ("vm.snapshot", "qmsnapshot"),
        ("vm.snapshot.delete", "qmdelsnapshot"),
        ("vm.snapshot.rollback", "qmrollback"),
    ];

    public override IEnumerable<string> Broken(Evidence evidence)
    {
        foreach (var (kind, type) in Each)
        {
            foreach (var jobs in evidence.Records.Where(job => job.Row.Kind == kind).GroupBy(job => (job.Cluster, job.Vmid)))
            {
                var (succeeded, cancelled) = (jobs.Count(job => job.Succeeded), jobs.Count(job => job.Row.Status == JobStatus.Cancelled));
                var done = jobs.First().Done(type).Count();
                if (done < succeeded || done > succeeded + cancelled)
                {
                    yield return $"VMID {jobs.Key.Vmid} in {jobs.Key.Cluster.Name} had {done} {type} for {succeeded} succeeded and {cancelled} cancelled: {string.Join(", ", jobs)}";
                }
            }
        }
    }
}
