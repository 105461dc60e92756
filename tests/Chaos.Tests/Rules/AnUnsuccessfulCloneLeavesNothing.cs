using MultiPanel.Simulator;

namespace MultiPanel.Chaos.Tests.Rules;

/// <summary>Neither a VM nor a row, unless the panel lists it as left over.</summary>
public sealed class AnUnsuccessfulCloneLeavesNothing : Rule
{
    public override IEnumerable<string> Broken(Evidence evidence)
    {
        foreach (var job in evidence.Clones.Where(job => job.Row.IsFinal && !job.Succeeded))
        {
            var row = evidence.Vms.FirstOrDefault(vm => vm.Id == job.Row.TargetId);
            var vm = job.Cluster.Vms.FirstOrDefault(vm => IsOf(vm, job, evidence));
            var listed = evidence.Orphans.Any(orphan => orphan.JobId == job.Row.Id);
            if (vm is not null && !listed)
            {
                yield return $"{job} left VM {vm.VmId} ({vm.Status}, lock {vm.Lock})";
            }

            if (row is not null && vm is null)
            {
                yield return $"{job} left the row of VM {row.Id} (VMID {row.Vmid}, {row.Status})";
            }
        }
    }

    /// <summary>It has its marker, or its VMID and no other job's.</summary>
    private static bool IsOf(SimulatedVm vm, JobRecord job, Evidence evidence) =>
        vm.Description.Contains($"{job.Row.Id}", StringComparison.Ordinal)
        || (vm.VmId == job.Vmid && !evidence.Clones.Any(other => other != job && other.Cluster == job.Cluster && other.Vmid == job.Vmid));
}
