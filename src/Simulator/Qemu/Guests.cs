using MultiPanel.Simulator.Running;
using MultiPanel.Simulator.State;

namespace MultiPanel.Simulator.Qemu;

/// <summary>Starts and stops the guest in a VM.</summary>
internal static class Guests
{
    /// <summary>An image that runs an agent but does not react to the power button.</summary>
    public const string IgnoresAcpi = "tiny";

    public static void Start(Cluster cluster, VmState vm)
    {
        VmConfig.ApplyPending(vm);
        vm.Power = PowerState.Running;
        vm.OtherQmpStatus = null;
        vm.Pid = cluster.NextPid(vm.Node);
        vm.QuitsAt = null;
        Boot(cluster, vm);
    }

    /// <summary>The guest begins again: uptime and agent start from nothing.</summary>
    public static void Boot(Cluster cluster, VmState vm)
    {
        vm.StartedAt = cluster.Now;
        vm.Guest = GuestOn(cluster, vm);
        vm.AgentUpAt = vm.Guest is not null && VmStatus.AgentEnabled(vm) && !cluster.Faults.AgentStaysDown(vm.VmId) ? cluster.Now + AgentDelay(cluster, vm) : null;
    }

    /// <summary>Memory comes back from a saved state: the guest is as it was.</summary>
    public static void Wake(Cluster cluster, VmState vm, string? guest)
    {
        Start(cluster, vm);
        vm.Guest = guest;
        vm.AgentUpAt = guest is not null && VmStatus.AgentEnabled(vm) && !cluster.Faults.AgentStaysDown(vm.VmId) ? cluster.Now : null;
    }

    public static void Stop(VmState vm)
    {
        VmConfig.ApplyPending(vm);
        vm.Power = PowerState.Stopped;
        vm.OtherQmpStatus = null;
        vm.Pid = 0;
        vm.AgentUpAt = null;
        vm.QuitsAt = null;
        vm.GuestProcesses.Clear();
    }

    private static string? GuestOn(Cluster cluster, VmState vm)
    {
        var boot = vm.Config.GetValueOrDefault("boot", "").Replace("order=", "", StringComparison.Ordinal).Split(';');
        return Drive.Of(vm.Config).Where(drive => drive.HasVolume && !drive.IsCdrom)
            .OrderBy(drive => Array.IndexOf(boot, drive.Key) is >= 0 and var at ? at : int.MaxValue)
            .Select(drive => Volumes.Find(cluster, vm.Node, drive.Volume)?.Guest)
            .FirstOrDefault(guest => guest is not null);
    }

    /// <summary>Between the shortest and the longest delay, spread over the VMIDs, the same for one VM each time.</summary>
    private static TimeSpan AgentDelay(Cluster cluster, VmState vm)
    {
        var spread = vm.VmId * 2654435761 % 1000 / 1000d;
        return cluster.Scaled(cluster.Speed.AgentUpMin + ((cluster.Speed.AgentUpMax - cluster.Speed.AgentUpMin) * spread));
    }
}
