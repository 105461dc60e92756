
namespace MultiPanel.Chaos.Tests.Rules;

/// <summary>One task made it, and it is there with its marker unless it was deleted on request.</summary>
public sealed class ASucceededCloneIsOneVm : Rule
{
    public override IEnumerable<string> Broken(Evidence evidence)
    {
        foreach (var job in evidence.Clones.Where(job => job.Succeeded))
        {
            var made = job.Cluster.Tasks.Count(task => JobRecord.Makes(task, job.Vmid) && JobRecord.EndedWell(task));
            if (made != 1)
            {
                yield return $"{job}: {made} tasks made VMID {job.Vmid}";
            }

            var deleted = evidence.Records.Any(other => other is { Succeeded: true, Row.Kind: "vm.delete" } && other.Row.TargetId == job.Row.TargetId);
            var marked = evidence.Clusters.Values.SelectMany(cluster => cluster.VmsMarkedBy($"{job.Row.Id}")).ToList();
            if (marked.Count != (deleted ? 0 : 1) || marked.Any(vm => vm.VmId != job.Vmid || vm.Lock == "clone"))
            {
                yield return $"{job}: {marked.Count} VMs carry its marker ({string.Join(", ", marked.Select(vm => $"{vm.VmId} {vm.Lock}"))}), deleted: {deleted}";
            }
        }
    }
}
