using MultiPanel.Simulator.State;
using MultiPanel.Simulator.Tasks;

namespace MultiPanel.Simulator.Qemu;

/// <summary>Volumes that hold a VM's memory.</summary>
internal static class SavedState
{
    /// <summary>Twice the memory and 500 MiB are allocated (PVE::QemuConfig), about half the memory is written.</summary>
    public static string Allocate(TaskContext task, VmState vm, string kind, string? storage = null)
    {
        var memory = VmStatus.Memory(vm);
        var name = storage ?? vm.Config.GetValueOrDefault("vmstatestorage")
            ?? Drive.Of(vm.Config).Find(drive => drive.HasVolume && !drive.IsCdrom)?.Storage ?? "local";
        return Volumes.Allocate(task, task.Cluster.Storage(name), vm.VmId, kind, (memory * 2) + (500L << 20), "raw", used: memory / 2);
    }
}
