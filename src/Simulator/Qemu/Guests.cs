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
        Run(cluster, vm);
    }

    /// <summary>The guest begins again: uptime and agent start from nothing.</summary>
    public static void Boot(Cluster cluster, VmState vm)
    {
        vm.StartedAt = cluster.Now;
        vm.Guest = GuestOn(cluster, vm);
        vm.AgentUpAt = vm.Guest is not null && VmStatus.AgentEnabled(vm) && !cluster.Faults.AgentStaysDown(vm.VmId) ? cluster.Now + AgentDelay(cluster, vm) : null;
    }

    /// <summary>Memory comes back from a saved state: the guest is as it was, and paused for a moment more.</summary>
    public static void Wake(Cluster cluster, VmState vm, string? guest)
    {
        Run(cluster, vm); // what was pending stays so: the process is the one that was
        vm.Power = PowerState.Paused;
        vm.RunsAt = cluster.Now + cluster.Scaled(cluster.Speed.RunsOn);
        cluster.Waking.Add(vm);
        vm.Guest = guest;
        vm.AgentUpAt = guest is not null && VmStatus.AgentEnabled(vm) && !cluster.Faults.AgentStaysDown(vm.VmId) ? cluster.Now : null;
    }

    /// <summary>Proxmox ends the process, and applies what was pending; a VM without a process stays as it is.</summary>
    public static void Stop(VmState vm)
    {
        if (vm.IsRunning)
        {
            VmConfig.ApplyPending(vm);
            Quit(vm);
        }
    }

    /// <summary>The process ends by itself: what is pending waits for the next start.</summary>
    public static void Quit(VmState vm)
    {
        vm.Power = PowerState.Stopped;
        vm.OtherQmpStatus = null;
        vm.Pid = 0;
        vm.AgentUpAt = null;
        vm.QuitsAt = null;
        vm.RunsAt = null;
        vm.Processes.Clear();
        vm.GuestUsers.Clear();
    }

    private static void Run(Cluster cluster, VmState vm)
    {
        vm.Power = PowerState.Running;
        vm.OtherQmpStatus = null;
        vm.Pid = cluster.NextPid(vm.Node);
        vm.QuitsAt = null;
        Boot(cluster, vm);
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
