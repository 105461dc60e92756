using MultiPanel.Simulator.State;
using MultiPanel.Simulator.Tasks;

namespace MultiPanel.Simulator.Qemu;

/// <summary>A VM's memory on disk: its volumes, and the way back into a process.</summary>
internal static class SavedState
{
    // What the process ran with, so that it can be had again.
    private static readonly string[] Recorded = ["runningcpu", "runningmachine", "running-nets-host-mtu"];

    /// <summary>Twice the memory and 500 MiB are allocated (PVE::QemuConfig), about half the memory is written.</summary>
    public static string Allocate(TaskContext task, VmState vm, string kind, string? storage = null)
    {
        var memory = VmStatus.Memory(vm);
        var name = storage ?? vm.Config.GetValueOrDefault("vmstatestorage")
            ?? Drive.Of(vm.Config).Find(drive => drive.HasVolume && !drive.IsCdrom)?.Storage ?? "local";
        return Volumes.Allocate(task, task.Cluster.Storage(name), vm.VmId, kind, (memory * 2) + (500L << 20), "raw", used: memory / 2);
    }

    /// <summary>Notes in a configuration where the memory is and what the process ran with.</summary>
    public static void Record(SortedDictionary<string, string> config, string volume)
    {
        var nets = config.Keys.Where(key => QemuOptions.StartsWithDigit(key, "net")).Select(key => $"{key}=0").ToList();
        config["vmstate"] = volume;
        config["runningcpu"] = config.GetValueOrDefault("cpu", "kvm64,enforce,+kvm_pv_eoi,+kvm_pv_unhalt,+lahf_lm,+sep");
        config["runningmachine"] = config.GetValueOrDefault("machine", "pc-i440fx-7.2+pve0");
        config["running-nets-host-mtu"] = nets.Count > 0 ? string.Join(',', nets) : " ";
    }

    /// <summary>A configuration as it was before its memory was saved.</summary>
    public static Dictionary<string, string> Without(SortedDictionary<string, string> config) =>
        config.Where(pair => pair.Key != "vmstate" && !Recorded.Contains(pair.Key)).ToDictionary();

    /// <summary>The log of a task that wakes a hibernated VM, and the time it takes.</summary>
    public static void LogWaking(TaskContext task, VmState vm)
    {
        if (vm.QuitsAt is { } quits)
        {
            task.WaitUntil(quits); // the old process is still on its way out
        }

        task.Log("Resuming suspended VM");
        foreach (var net in vm.Config.Keys.Where(key => QemuOptions.StartsWithDigit(key, "net")))
        {
            task.Log($"netdev {net}: not adding 'host_mtu' parameter for migration compat");
        }

        task.Log($"activating and using '{vm.Config.GetValueOrDefault("vmstate")}' as vmstate");
        task.Take(task.Cluster.Speed.Start);
        task.Log("Resumed VM, removing state");
    }

    /// <summary>The process is back: lock, volume and records go.</summary>
    public static void Wake(TaskContext task, VmState vm)
    {
        vm.Config.Remove("lock");
        if (vm.Config.Remove("vmstate", out var state) && state.Split(':', 2) is [var storage, var name])
        {
            task.Cluster.Storage(storage).Remove(vm.Node, name);
        }

        vm.Config = new SortedDictionary<string, string>(Without(vm.Config), StringComparer.Ordinal);
        Guests.Wake(task.Cluster, vm, vm.Guest);
    }
}
