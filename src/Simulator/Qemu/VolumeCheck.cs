using MultiPanel.Simulator.Running;
using MultiPanel.Simulator.State;
using MultiPanel.Simulator.Tasks;

namespace MultiPanel.Simulator.Qemu;

/// <summary>What a node says when it is to use a VM's volumes and cannot.</summary>
internal static class VolumeCheck
{
    /// <summary>PVE::Storage::activate_volumes, and what a plugin says of a volume that it does not find.</summary>
    public static void Activate(TaskContext task, VmState vm)
    {
        foreach (var drive in Drive.Of(vm.Config).Where(drive => drive.HasVolume && drive.Storage.Length > 0))
        {
            if (!task.Cluster.Storage(drive.Storage).IsOn(task.Task.Node))
            {
                throw new PveException($"storage '{drive.Storage}' is not available on node '{task.Task.Node}'");
            }

            if (!drive.IsCdrom)
            {
                RequireVisible(task, vm, drive);
            }
        }
    }

    public static void RequireVisible(TaskContext task, VmState vm, Drive drive)
    {
        if (task.Cluster.Faults.TakeLate(vm.VmId))
        {
            throw new PveException($"volume '{drive.Volume}' does not exist");
        }
    }

    /// <summary>PVE::API2::Qemu's check of a storage that disks are to be put on.</summary>
    public static void RequireImages(StorageState storage)
    {
        if (!storage.Content.Split(',').Contains("images"))
        {
            throw PveException.Parameter("storage", $"storage '{storage.Name}' does not support vm images");
        }
    }
}
