using MultiPanel.Simulator.Api;
using MultiPanel.Simulator.State;

namespace MultiPanel.Simulator.Running;

/// <summary>
/// pve-ha-crm and pve-ha-lrm: what is asked of a resource is done in their next round, by a task of root@pam's on the node where
/// the VM is (PVE::HA::Resources::PVEVM). The task that asked has ended long before.
/// </summary>
internal static class HaManager
{
    public static void Ask(Cluster cluster, int vmId, string task, Dictionary<string, string> args) => cluster.State.HaRequests.Add(new HaRequest
    {
        VmId = vmId,
        Task = task,
        Args = args,
        DueAt = cluster.Now + cluster.Scaled(cluster.Speed.HaRound),
    });

    public static void Run(Cluster cluster)
    {
        foreach (var request in cluster.State.HaRequests.Where(request => request.DueAt <= cluster.Now).ToList())
        {
            cluster.State.HaRequests.Remove(request);
            if (cluster.State.Vms.TryGetValue(request.VmId, out var vm) && IsNeeded(vm, request))
            {
                cluster.Tasks.Start(vm.Node, request.Task, $"{vm.VmId}", "root@pam", request.Args, QemuApi.LockOf(vm.VmId));
            }
        }
    }

    private static bool IsNeeded(VmState vm, HaRequest request) => request.Task switch
    {
        "qmstart" => !vm.IsRunning,
        "qmigrate" => vm.Node != request.Args["target"],
        _ => vm.IsRunning,
    };
}
