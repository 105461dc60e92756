namespace MultiPanel.Chaos.Tests.Rules;

/// <summary>No VM is in Proxmox that no succeeded job made, or two for one VMID of the panel.</summary>
public sealed class EveryVmHasItsJob : Rule
{
    public override IEnumerable<string> Broken(Evidence evidence)
    {
        var made = evidence.Clones.Where(job => job.Succeeded).ToLookup(job => (job.Cluster, job.Vmid));
        foreach (var (id, cluster) in evidence.Clusters)
        {
            foreach (var vm in cluster.Vms.Where(vm => !vm.IsTemplate && !made.Contains((cluster, vm.VmId)) && evidence.Orphans.All(orphan => orphan.Vmid != vm.VmId)))
            {
                yield return $"VMID {vm.VmId} in {cluster.Name} ({vm.Status}, lock {vm.Lock}, '{vm.Description}')";
            }

            foreach (var twice in evidence.Clones.Where(job => job.Cluster == cluster && job.Vmid is not null && job.Succeeded).GroupBy(job => job.Vmid).Where(jobs => jobs.Count() > 1))
            {
                yield return $"VMID {twice.Key} in cluster {id} is of {string.Join(" and ", twice)}";
            }
        }
    }
}
