using MultiPanel.Simulator.Qemu;
using MultiPanel.Simulator.State;

namespace MultiPanel.Simulator.Running;

/// <summary>pvestatd: reports to the cluster every 10 s what runs where. /cluster/resources knows no more than that.</summary>
internal static class StatusDaemon
{
    public static void Broadcast(Cluster cluster)
    {
        foreach (var vm in cluster.State.Vms.Values)
        {
            // An unreachable node broadcasts nothing: what it said last stands.
            if (cluster.IsOnline(vm.Node) && vm.Lock != "create")
            {
                vm.Seen = Look(vm, cluster.Now);
            }
        }
    }

    private static SeenVm Look(VmState vm, DateTimeOffset now) => new(
        vm.Name, vm.IsRunning, vm.QmpStatus, vm.IsTemplate, VmStatus.Cpus(vm), VmStatus.Memory(vm), VmStatus.BootDiskSize(vm), vm.Node, vm.StartedAt, now);
}
