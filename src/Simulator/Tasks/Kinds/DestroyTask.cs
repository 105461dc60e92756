using MultiPanel.Simulator.Qemu;
using MultiPanel.Simulator.Running;

namespace MultiPanel.Simulator.Tasks.Kinds;

/// <summary>Deletes a VM with its volumes.</summary>
internal sealed class DestroyTask : TaskKind
{
    public override string Type => "qmdestroy";

    public override void Begin(TaskContext task)
    {
        var vm = task.Vm;
        task.Cluster.RequireQuorum();
        if (vm.Lock != "suspended")
        {
            task.CheckLock(vm); // a hibernated VM goes with its saved memory
        }

        if (vm.IsRunning)
        {
            throw new PveException($"VM {vm.VmId} is running - destroy failed");
        }

        foreach (var volumeId in Drive.Of(vm.Config).Where(drive => drive.HasVolume).Select(drive => drive.Volume)
            .Concat(vm.Config.Where(pair => QemuOptions.StartsWithDigit(pair.Key, "unused")).Select(pair => pair.Value)))
        {
            if (volumeId.Split(':', 2) is [var storage, var name] && task.Cluster.Storage(storage).On(vm.Node).Any(volume => volume.StandsOn(name)))
            {
                throw new PveException($"base volume '{volumeId}' is still in use by linked cloned");
            }
        }

        if (task.Flag("purge"))
        {
            task.Log($"purging VM {vm.VmId} from related configurations..");
        }

        task.Take(task.Cluster.Speed.ShortTask);
    }

    public override void Succeeded(TaskContext task)
    {
        Volumes.RemoveOf(task.Cluster, task.Task.Node, task.VmId);
        task.Cluster.State.Vms.Remove(task.VmId);
        if (task.Flag("purge"))
        {
            task.Cluster.State.HaResources.Remove($"vm:{task.VmId}");
        }
    }
}
