using MultiPanel.Contracts.Admission;
using MultiPanel.Simulator;

namespace MultiPanel.Chaos.Tests.Rules;

/// <summary>No more tasks of a class ran at once on a node, a storage and in a cluster than admission allows.</summary>
public sealed class LimitsAreKept : Rule
{
    public override IEnumerable<string> Broken(Evidence evidence)
    {
        foreach (var cluster in evidence.Clusters.Values)
        {
            var undone = evidence.Clones.Where(job => job.Cluster == cluster && !job.Succeeded).Select(job => $"{job.Vmid}").ToHashSet();
            foreach (var (@class, limits) in AdmissionLimits.Default.Classes)
            {
                var most = cluster.MostAtOnce(task => Class(task, undone) == @class ? "the cluster" : null)
                    .Concat(cluster.MostAtOnce(task => Class(task, undone) == @class ? task.Node : null));
                foreach (var (place, count) in most)
                {
                    var limit = place == "the cluster" ? limits.PerCluster : limits.PerNode;
                    if (count > limit)
                    {
                        yield return $"{count} of {@class} at once on {place} of {cluster.Name}, where {limit} may be";
                    }
                }
            }

            var clones = cluster.MostAtOnce(task => task.Type == "qmclone" ? Storage(task) : null);
            foreach (var (storage, count) in clones.Where(clone => clone.Value > AdmissionLimits.Default.For(AdmissionClass.Clone).PerStorage))
            {
                yield return $"{count} clones at once on {storage} of {cluster.Name}";
            }
        }
    }

    /// <param name="undone">VMs of clones that came to nothing: powering them off is a part of deleting them.</param>
    private static string? Class(SimulatedTask task, HashSet<string> undone) => task.Type switch
    {
        "qmclone" => AdmissionClass.Clone,
        "qmdestroy" => AdmissionClass.Delete,
        "qmstop" when undone.Contains(task.Id) => AdmissionClass.Delete,
        "qmsnapshot" or "qmrollback" or "qmdelsnapshot" or "qmtemplate" => AdmissionClass.Snapshot,
        "qmigrate" => AdmissionClass.Migrate,
        "qmstart" or "qmstop" or "qmshutdown" or "qmreboot" or "qmreset" or "qmpause" or "qmsuspend" or "qmresume" => AdmissionClass.Power,
        _ => null,
    };

    /// <summary>Of the first disk that the log names: <c>create linked clone of drive scsi0 (nfs-shared:…)</c>.</summary>
    private static string? Storage(SimulatedTask task)
    {
        var drive = task.Log.FirstOrDefault(line => line.Contains(" clone of drive scsi", StringComparison.Ordinal));
        var storage = drive?[(drive.IndexOf('(', StringComparison.Ordinal) + 1)..].Split(':')[0];
        return storage is "local-lvm" or "local" ? $"{task.Node}/{storage}" : storage;
    }
}
